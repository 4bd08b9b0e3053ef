package dev.connections.api.sweep;

import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Removes the history of tasks that ended before the retention time, workers not seen since then, and events that were put
 * aside before it.
 */
final class HistoryStore {
    /**
     * An id begins with the milliseconds of its making: no task that ended before a time was made after it. So what is read are the
     * tasks made before it, and of those that are still here few have not ended before it too. An event that is not published yet
     * still needs its task; transactions of the same time get the ids of their rows in any order.
     */
    private static final String REMOVE_ENDED = """
            delete from task
             where id in (select id from task
                           where id < (lpad(to_hex((extract(epoch from now() - :age::interval) * 1000)::bigint), 12, '0')
                                       || repeat('0', 20))::uuid
                             and not in_flight and updated_at < now() - :age::interval
                             and not exists (select from (select times from status_outbox order by id limit 1) o
                                              where updated_at > o.times[1] - interval '1 minute')
                           order by id limit :limit
                             for update skip locked)
            """;

    private static final String REMOVE_WORKERS = "delete from worker where seen_at < now() - :age::interval";
    private static final String REMOVE_DEAD_EVENTS =
            "delete from dead_event where put_aside_at < now() - :age::interval";
    private static final int LIMIT = 1_000;

    private final JdbcClient jdbc;
    private final Duration age;

    HistoryStore(JdbcClient jdbc, Duration age) {
        this.jdbc = jdbc;
        this.age = age;
    }

    /** Removes a batch of ended tasks with their runs and events; returns the number of tasks. */
    int removeEnded() {
        jdbc.sql(REMOVE_WORKERS).param("age", age.toString()).update();
        jdbc.sql(REMOVE_DEAD_EVENTS).param("age", age.toString()).update();
        return jdbc.sql(REMOVE_ENDED)
                .param("age", age.toString())
                .param("limit", LIMIT)
                .update();
    }
}
