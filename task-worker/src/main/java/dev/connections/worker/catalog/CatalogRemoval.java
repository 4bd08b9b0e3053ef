package dev.connections.worker.catalog;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Removes objects from the catalog of a connection and publishes that, in the caller's transaction and under its lock. */
public final class CatalogRemoval {
    /** What is below an expired object has been missing at least as long. */
    private static final String EXPIRED = """
            with recursive doomed as (
                select id from data_object
                 where connection_id = :connection and missing_since < now() - :retention::interval
                 union
                select c.id from doomed b
            """ + MergeSql.CHILDREN + "),";

    private static final String SUBTREE = """
            with recursive doomed as (
                select id from data_object where connection_id = :connection and id = :object
                 union
                select c.id from doomed b
            """ + MergeSql.CHILDREN + "),";

    private static final String ALL = """
            with doomed as (select id from data_object where connection_id = :connection),
            """;

    /** By arrays: how many a recursion finds, the planner cannot know, and would read the catalogs of all connections. */
    private static final String REMOVE =
            """
            removed as (
                delete from data_object o where o.id = any(array(select id from doomed))
                returning o.id, o.path, o.type, o.normalized_type, 'REMOVED' as change
            ),
            unlisted as (delete from listing l where l.id = any(array(select id from doomed)))
            """ + ChangeEvents.INSERT + ChangeEvents.SELECT + " from removed o order by cardinality(o.path) desc";

    private final JdbcClient jdbc;
    private final Map<String, Object> parameters;

    public CatalogRemoval(JdbcClient jdbc, UUID connectionId, String connectionKey, UUID runId) {
        this.jdbc = jdbc;
        this.parameters = Map.of("connection", connectionId, "key", connectionKey, "run", runId);
    }

    /** Removes the objects that have been MISSING for longer; the answer is how many. */
    public int removeMissingFor(Duration retention) {
        return remove(EXPIRED, Map.of("retention", retention.toString()));
    }

    /** Removes the object and everything below it; the answer is how many that were. */
    public int removeSubtree(UUID objectId) {
        return remove(SUBTREE, Map.of("object", objectId));
    }

    /** Removes every object of the connection; the answer is how many that were. */
    public int removeAll() {
        return remove(ALL, Map.of());
    }

    private int remove(String doomed, Map<String, ?> more) {
        return jdbc.sql(doomed + REMOVE).params(parameters).params(more).update();
    }
}
