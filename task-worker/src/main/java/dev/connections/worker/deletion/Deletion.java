package dev.connections.worker.deletion;

import dev.connections.task.ClaimedRun;
import dev.connections.worker.catalog.CatalogLock;
import dev.connections.worker.catalog.CatalogRemoval;
import dev.connections.worker.execution.Execution;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The changes of one deletion, in the caller's transaction. Task history stays: it does not refer to connections. */
final class Deletion {
    /** Runs are locked in the order of their ids, as everywhere. */
    private static final String END_OTHER_RUNS = """
            with others as (
                select id from task_run
                 where connection_id = :connection and id <> :run and status in ('PENDING', 'RUNNING')
                 order by id for update
            )
            update task_run r
               set status = case r.status when 'PENDING' then 'CANCELED' else r.status end,
                   completed_at = case r.status when 'PENDING' then now() end,
                   cancel_requested_at = coalesce(r.cancel_requested_at, now()),
                   canceled_by = coalesce(r.canceled_by, 'system'),
                   updated_at = now()
              from others o
             where r.id = o.id and r.status in ('PENDING', 'RUNNING')
            """;

    private static final String REMOVE_LISTINGS = "delete from listing where connection_id = :connection";
    private static final String REMOVE_CONNECTION = "delete from connection where id = :connection";

    private final JdbcClient jdbc;
    private final Execution execution;
    private final ClaimedRun.Target target;
    private final CatalogRemoval removal;

    Deletion(JdbcClient jdbc, Execution execution) {
        this.jdbc = jdbc;
        this.execution = execution;
        this.target = execution.target();
        this.removal = new CatalogRemoval(
                jdbc,
                target.connectionId(),
                target.connectionKey(),
                execution.run().runId());
    }

    DeleteResult delete() {
        CatalogLock.take(jdbc, target.connectionId());
        UUID objectId = execution.run().input().objectId();
        return new DeleteResult(objectId == null ? deleteConnection() : removal.removeSubtree(objectId));
    }

    private int deleteConnection() {
        jdbc.sql(END_OTHER_RUNS)
                .param("connection", target.connectionId())
                .param("run", execution.run().runId())
                .update();
        int removed = removal.removeAll();
        jdbc.sql(REMOVE_LISTINGS).param("connection", target.connectionId()).update();
        jdbc.sql(REMOVE_CONNECTION).param("connection", target.connectionId()).update();
        return removed;
    }
}
