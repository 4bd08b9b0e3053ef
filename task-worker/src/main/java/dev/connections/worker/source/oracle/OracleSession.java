package dev.connections.worker.source.oracle;

import dev.connections.catalog.ObjectDetail;
import dev.connections.task.ErrorCode;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * A session of a database, and what the database says of it.
 *
 * @param database the pluggable database, or the whole one that has none
 * @param user the name of the account as the database keeps it, which is the configured one in upper case unless that is quoted
 */
record OracleSession(Connection connection, String database, String user, OracleSql.Dictionary dictionary) {
    /** Where the pluggable databases are, and no tables of users. */
    static final String ROOT = "CDB$ROOT";

    private static final int OLDEST_MAJOR = 12;
    private static final int OLDEST_MINOR = 2;

    /**
     * Begins to read.
     *
     * @param connection in a transaction that has done nothing yet
     */
    static OracleSession of(Connection connection) throws SQLException {
        requireSupported(connection.getMetaData());
        try (Statement statement = connection.createStatement()) {
            statement.execute(OracleSql.SNAPSHOT);
        }
        try (PreparedStatement statement = OracleSql.statement(connection, OracleSql.DATABASE, List.of());
                ResultSet row = statement.executeQuery()) {
            if (!row.next() || row.getString(1) == null) {
                throw new SQLException("the database has no name");
            }
            return new OracleSession(
                    connection,
                    row.getString(1),
                    String.valueOf(row.getString(3)),
                    row.getLong(2) > 0 ? OracleSql.Dictionary.DBA : OracleSql.Dictionary.ALL);
        }
    }

    static void requireSupported(DatabaseMetaData server) throws SQLException {
        int major = server.getDatabaseMajorVersion();
        int minor = server.getDatabaseMinorVersion();
        if (major < OLDEST_MAJOR || (major == OLDEST_MAJOR && minor < OLDEST_MINOR)) {
            throw new RunFailedException(
                    ErrorCode.UNSUPPORTED_TECHNOLOGY,
                    "the server is Oracle Database " + major + "." + minor + "; crawls need " + OLDEST_MAJOR + "."
                            + OLDEST_MINOR + " or later",
                    null);
        }
    }

    /** The schemas that the account sees, with relations in them. */
    List<FoundObject> schemas(SourceLimits limits) throws SQLException {
        BoundedList<FoundObject> schemas = new BoundedList<>(limits::checkSchemas, limits);
        try (PreparedStatement statement = dictionary.schemas(connection);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                FoundObject schema = new FoundObject(
                        new RemoteIdentity(database + "/user", String.valueOf(row.getLong(2))),
                        String.valueOf(row.getString(1)),
                        ObjectType.SCHEMA,
                        RemoteTraits.of("schema", null, null),
                        null,
                        ObjectDetail.NONE);
                schemas.add(schema, schema.characters());
            }
        }
        return schemas.items();
    }
}
