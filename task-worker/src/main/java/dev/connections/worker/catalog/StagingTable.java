package dev.connections.worker.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** A temporary table that rows go to by COPY, in chunks that are each a statement of their own. */
final class StagingTable {
    private static final int CHUNK = 1 << 20;

    private final CopyManager copy;
    private final String statement;
    private final CopyBuffer buffer = new CopyBuffer();
    private long rows;

    StagingTable(Connection connection, String table) throws SQLException {
        this.copy = connection.unwrap(PGConnection.class).getCopyAPI();
        this.statement = "copy pg_temp." + table + " from stdin";
    }

    /** The row that is being written; {@link #endRow} ends it. */
    CopyBuffer row() {
        return buffer;
    }

    void endRow() {
        buffer.endRow();
        rows++;
        if (buffer.length() >= CHUNK) {
            flush();
        }
    }

    /** How many rows have been added. */
    long size() {
        return rows;
    }

    /** Forgets all rows; those that have been sent must be deleted from the table. */
    void clear() {
        buffer.take();
        rows = 0;
    }

    void flush() {
        if (buffer.length() > 0) {
            try {
                send(buffer.take());
            } catch (SQLException e) {
                throw OwnDatabase.failure("stage rows of a crawl", e);
            }
        }
    }

    private void send(byte[] bytes) throws SQLException {
        CopyIn in = copy.copyIn(statement);
        try {
            in.writeToCopy(bytes, 0, bytes.length);
            in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }
}
