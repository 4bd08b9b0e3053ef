package dev.connections.worker.source.sqlserver;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which of the many servers with this protocol one is.
 *
 * @param major 16 for SQL Server 2022; Azure's have the number of an old one for ever
 * @param edition a number for each kind of server. Source: Microsoft's documentation of SERVERPROPERTY, "EngineEdition"
 */
record SqlServerVersion(int major, int edition) {
    private static final String SELECT = """
            select cast(serverproperty('ProductMajorVersion') as int), cast(serverproperty('EngineEdition') as int)""";

    /** SQL Server 2016, the first with temporal tables, in whose views some columns are hidden. */
    private static final int OLDEST = 13;
    /** SQL Server 2022. */
    private static final int MODERN = 16;

    private static final int AZURE_DATABASE = 5;
    private static final int SYNAPSE_POOL = 6;
    private static final int SYNAPSE_SERVERLESS = 11;

    /** The state of a database that is online. */
    private static final int ONLINE = 0;

    static SqlServerVersion of(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SELECT)) {
            return row.next() ? new SqlServerVersion(row.getInt(1), row.getInt(2)) : new SqlServerVersion(0, 0);
        }
    }

    /** Whether it is one of Azure's, which are always up to date. */
    private boolean isAzure() {
        return edition == AZURE_DATABASE || edition == 8 || edition == 12;
    }

    /** Whether it has what came with SQL Server 2022. */
    boolean isModern() {
        return isAzure() || major >= MODERN;
    }

    /**
     * Whether the account may open a database, as far as the server knows: Azure SQL Database denies it of each but the one
     * that it is asked in, whatever was granted, so that only a login shows it.
     *
     * @param access what has_dbaccess says
     */
    boolean mayOpen(int state, int access) {
        return state == ONLINE && (access == 1 || edition == AZURE_DATABASE);
    }

    void requireSupported() {
        if (edition == SYNAPSE_POOL || edition == SYNAPSE_SERVERLESS) {
            throw new RunFailedException(
                    ErrorCode.UNSUPPORTED_TECHNOLOGY,
                    "the server is a pool of Synapse or a warehouse of Fabric, whose catalog is another one than"
                            + " SQL Server's",
                    null);
        }
        if (!isAzure() && major < OLDEST) {
            throw new RunFailedException(
                    ErrorCode.UNSUPPORTED_TECHNOLOGY,
                    "the server is version " + major + " of SQL Server; crawls need SQL Server 2016 (version " + OLDEST
                            + ") or later",
                    null);
        }
    }
}
