package dev.connections.worker.deletion;

import dev.connections.task.CancellationStore;
import dev.connections.task.ClaimedRun;
import dev.connections.worker.catalog.CatalogLock;
import dev.connections.worker.catalog.CatalogRemoval;
import dev.connections.worker.execution.Execution;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The changes of one deletion, in the caller's transaction. Task history stays: it does not refer to connections. */
final class Deletion {
    /** Outcomes of other runs lock the connection and then their run. */
    private static final String LOCK_CONNECTION = "select id from connection where id = :connection for update";

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
        // Long where the catalog is large. What heartbeats, claims and ends of other runs need is locked only
        // afterwards.
        int removed = removal.removeAll();
        jdbc.sql(REMOVE_LISTINGS).param("connection", target.connectionId()).update();
        jdbc.sql(LOCK_CONNECTION).param("connection", target.connectionId()).query((RowCallbackHandler) row -> {});
        new CancellationStore(jdbc)
                .cancelOthers(target.connectionId(), execution.run().runId());
        jdbc.sql(REMOVE_CONNECTION).param("connection", target.connectionId()).update();
        return removed;
    }
}
