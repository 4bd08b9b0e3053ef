package dev.connections.worker.catalog;

import dev.connections.worker.execution.ConnectionDeletedException;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Lets one transaction at a time change the catalog of a connection. */
public final class CatalogLock {
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended(:connection::text, 0))";
    private static final String KEEP = "select id from connection where id = :connection for key share";

    private CatalogLock() {}

    /**
     * Waits for the transactions that hold it, and holds it to the end of this one.
     *
     * @throws ConnectionDeletedException where one of them has removed the connection
     */
    public static void take(JdbcClient jdbc, UUID connectionId) {
        jdbc.sql(LOCK).param("connection", connectionId).query((RowCallbackHandler) row -> {});
        if (jdbc.sql(KEEP)
                .param("connection", connectionId)
                .query(UUID.class)
                .optional()
                .isEmpty()) {
            throw new ConnectionDeletedException();
        }
    }
}
