package dev.connections.worker.source.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A transaction in which a source is only read. */
public final class ReadTransaction {
    private ReadTransaction() {}

    /** What is read in a transaction. */
    public interface Reading<T extends @Nullable Object> {
        T read() throws SQLException;
    }

    /** Reads in a transaction of its own, on a connection that is in auto-commit mode before and after. */
    public static <T extends @Nullable Object> T of(Connection connection, Reading<T> reading) throws SQLException {
        connection.setAutoCommit(false);
        T read;
        try {
            read = reading.read();
        } catch (SQLException | RuntimeException e) {
            try {
                end(connection);
            } catch (SQLException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
        end(connection);
        return read;
    }

    /** There is nothing to commit. */
    private static void end(Connection connection) throws SQLException {
        if (!connection.isClosed()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }
}
