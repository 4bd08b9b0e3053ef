package dev.connections.worker.source.postgresql;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.RemoteText;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/** The versions of PostgreSQL that crawls can read. */
final class PostgresVersion {
    private static final int OLDEST = 12;

    private PostgresVersion() {}

    /**
     * Lets only those through; asks the server nothing, since each login says it.
     *
     * @throws RunFailedException with UNSUPPORTED_TECHNOLOGY
     */
    static void requireSupported(Connection session, Execution execution) throws SQLException {
        DatabaseMetaData server = session.getMetaData();
        if (server.getDatabaseMajorVersion() < OLDEST) {
            throw new RunFailedException(
                    ErrorCode.UNSUPPORTED_TECHNOLOGY,
                    "the server is PostgreSQL " + RemoteText.shown(server.getDatabaseProductVersion(), execution)
                            + "; crawls need " + OLDEST + " or later",
                    null);
        }
    }
}
