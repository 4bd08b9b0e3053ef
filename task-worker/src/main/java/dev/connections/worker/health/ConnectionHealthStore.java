package dev.connections.worker.health;

import dev.connections.task.TaskError;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes what a run found out about a connection, in the transaction that ends the run. A connection that is INACTIVE or
 * DELETING keeps its state; version and update time are touched only where the state changes.
 */
public final class ConnectionHealthStore {
    private static final String HEALTHY = """
            update connection
               set state = 'ACTIVE', state_reason = null, version = version + 1, updated_by = 'system', updated_at = now()
             where id = :connection and state = 'UNHEALTHY'
            """;

    private static final String UNHEALTHY = """
            update connection
               set state = 'UNHEALTHY',
                   state_reason = jsonb_build_object(
                       'code', :code::text, 'message', :message::text,
                       'since', case when state = 'UNHEALTHY' and state_reason ->> 'code' = :code
                                     then state_reason ->> 'since' else rfc3339(now()) end),
                   version = case state when 'ACTIVE' then version + 1 else version end,
                   updated_by = case state when 'ACTIVE' then 'system' else updated_by end,
                   updated_at = case state when 'ACTIVE' then now() else updated_at end
             where id = :connection and state in ('ACTIVE', 'UNHEALTHY')
            """;

    private static final String VALIDATED = """
            update connection set last_validated_at = now() where id = :connection and state <> 'DELETING'
            """;

    private static final String CRAWL_DUE = """
            update connection set next_crawl_at = now() where id = :connection and next_crawl_at is not null
            """;

    private static final String CRAWLED = """
            update connection set last_crawled_at = now() where id = :connection and state <> 'DELETING'
            """;

    private ConnectionHealthStore() {}

    /** A run reached the source and logged in: UNHEALTHY becomes ACTIVE; answers whether it did. */
    public static boolean healthy(JdbcClient jdbc, UUID connectionId) {
        return jdbc.sql(HEALTHY).param("connection", connectionId).update() == 1;
    }

    /**
     * A run could not use the source: ACTIVE becomes UNHEALTHY, and the reason is kept with the time since when it
     * holds; answers whether the connection is UNHEALTHY now.
     */
    public static boolean unhealthy(JdbcClient jdbc, UUID connectionId, TaskError error) {
        return jdbc.sql(UNHEALTHY)
                        .param("connection", connectionId)
                        .param("code", error.code().name())
                        .param("message", error.message())
                        .update()
                == 1;
    }

    /**
     * A validation passed: the connection is healthy, and was validated now.
     *
     * @param scheduled whether the validation stood in for the scheduled crawl of an UNHEALTHY connection, which then is
     *     due at once
     */
    public static void validated(JdbcClient jdbc, UUID connectionId, boolean scheduled) {
        jdbc.sql(VALIDATED).param("connection", connectionId).update();
        if (healthy(jdbc, connectionId) && scheduled) {
            jdbc.sql(CRAWL_DUE).param("connection", connectionId).update();
        }
    }

    /** A crawl succeeded: the connection is healthy, and was crawled now. */
    public static void crawled(JdbcClient jdbc, UUID connectionId) {
        jdbc.sql(CRAWLED).param("connection", connectionId).update();
        healthy(jdbc, connectionId);
    }
}
