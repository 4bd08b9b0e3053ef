package dev.connections.worker.source.sqlserver;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Answers that are read while nothing else is read in their session. */
final class SqlServerAnswers {
    private SqlServerAnswers() {}

    /** What is made of the rows of an answer. */
    interface Reading {
        void read(ResultSet row) throws SQLException;
    }

    /**
     * Reads the answer to a query, whose rows the driver hands on one by one. Where that fails, the connection is closed
     * before the answer is, which the driver would read to its end; a wait for a lock ends the answer by itself.
     */
    static void read(Connection connection, String sql, Reading reading) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1);
            try (ResultSet row = statement.executeQuery(sql)) {
                readOrCut(connection, row, reading);
            }
        }
    }

    private static void readOrCut(Connection connection, ResultSet row, Reading reading) throws SQLException {
        boolean cut = true;
        try {
            reading.read(row);
            cut = false;
        } catch (SQLException e) {
            cut = !SqlServerFailures.isLocked(e);
            throw e;
        } finally {
            if (cut) {
                connection.close();
            }
        }
    }
}
