package dev.connections.worker.source.mysql;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;

/**
 * Which of the two a server is, whatever its connection was registered as.
 *
 * @param major the first number of its version
 * @param minor the second
 */
record MysqlServer(boolean isMariaDb, int major, int minor) {
    private static final MysqlServer OLDEST_MYSQL = new MysqlServer(false, 5, 7);
    private static final MysqlServer OLDEST_MARIADB = new MysqlServer(true, 10, 3);

    static MysqlServer of(Connection connection) throws SQLException {
        DatabaseMetaData server = connection.getMetaData();
        return new MysqlServer(
                server.getDatabaseProductName().contains("MariaDB"),
                server.getDatabaseMajorVersion(),
                server.getDatabaseMinorVersion());
    }

    String product() {
        return isMariaDb ? "MariaDB" : "MySQL";
    }

    MysqlServer oldest() {
        return isMariaDb ? OLDEST_MARIADB : OLDEST_MYSQL;
    }

    /**
     * Lets only those through that a crawl can read.
     *
     * @throws RunFailedException with UNSUPPORTED_TECHNOLOGY
     */
    void requireSupported() {
        if (!isAtLeast(oldest().major, oldest().minor)) {
            throw new RunFailedException(
                    ErrorCode.UNSUPPORTED_TECHNOLOGY,
                    "the server is " + product() + " " + version() + "; crawls need " + oldest().version()
                            + " or later",
                    null);
        }
    }

    boolean isAtLeast(int wantedMajor, int wantedMinor) {
        return major > wantedMajor || (major == wantedMajor && minor >= wantedMinor);
    }

    /** The variable that limits how long a statement runs. */
    String timeLimit() {
        return isMariaDb ? "max_statement_time" : "max_execution_time";
    }

    /** The version, as people write it. */
    String version() {
        return major + "." + minor;
    }
}
