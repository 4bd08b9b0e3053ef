package dev.connections.worker.source.postgresql;

import dev.connections.connection.PathPatterns;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.Grants;
import dev.connections.worker.source.NameList;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What a PostgreSQL account may see of what its connection is to crawl. SELECT is not asked for: a crawl reads the catalog, which
 * shows every relation to everybody.
 */
final class PostgresPrivileges {
    private static final String DATABASES = """
            select datname, has_database_privilege(oid, 'connect')
              from pg_catalog.pg_database
             where datallowconn and datname not in ('template0', 'template1')
             order by datname
            """;

    private static final String SCHEMAS = """
            select current_database(), nspname, has_schema_privilege(oid, 'usage')
              from pg_catalog.pg_namespace
             where nspname !~ '^pg_' and nspname <> 'information_schema'
             order by nspname
            """;

    private final Connection connection;
    private final Execution execution;
    private final PathPatterns scope;
    private final Grants grants;
    /** The account, as a statement has it. */
    private final String role;

    PostgresPrivileges(Connection connection, Execution execution) {
        this.connection = connection;
        this.execution = execution;
        this.scope = execution.target().settings().crawl().patterns();
        this.grants = new Grants(execution);
        this.role = QuotedPath.of(JdbcSessions.serverOf(execution).credential().username());
    }

    /** Looks only at what the connection's patterns cover; throws where the account may not read the catalog at all. */
    Finding look() throws SQLException {
        PostgresVersion.requireSupported(connection, execution);
        List<String> warnings = PostgresTransaction.reading(connection, this::warnings);
        return warnings.isEmpty()
                ? new Finding.Passed(null)
                : new Finding.Warning(grants.below(String.join("; ", warnings), "to grant that"));
    }

    private List<String> warnings() throws SQLException {
        List<String> warnings = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            databases(statement, warnings);
            schemas(statement, warnings);
        }
        return warnings;
    }

    private void databases(Statement statement, List<String> warnings) throws SQLException {
        int open = 0;
        List<String> closed = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(DATABASES)) {
            while (rows.next()) {
                if (!scope.coversContainer(List.of(rows.getString(1)))) {
                    continue;
                }
                if (rows.getBoolean(2)) {
                    open++;
                } else {
                    closed.add(rows.getString(1));
                    grants.add("GRANT CONNECT ON DATABASE " + QuotedPath.of(rows.getString(1)) + " TO " + role);
                }
            }
        }
        if (open == 0 && closed.isEmpty()) {
            warnings.add("the connection's patterns cover none of the server's databases");
            return;
        }
        if (open == 0) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED,
                    "the account may not connect to any database that the connection's patterns cover"
                            + grants.first()
                                    .map(first -> "; to let it: " + first)
                                    .orElse(""),
                    null);
        }
        if (!closed.isEmpty()) {
            warnings.add("the account may not connect to these databases: " + NameList.shown(closed, execution));
        }
    }

    private void schemas(Statement statement, List<String> warnings) throws SQLException {
        List<String> closed = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(SCHEMAS)) {
            while (rows.next()) {
                if (!rows.getBoolean(3) && inScope(rows)) {
                    closed.add(rows.getString(2));
                    grants.add("GRANT USAGE ON SCHEMA " + QuotedPath.of(rows.getString(2)) + " TO " + role);
                }
            }
        }
        if (!closed.isEmpty()) {
            warnings.add("the account has no USAGE on these schemas: " + NameList.shown(closed, execution));
        }
    }

    private boolean inScope(ResultSet rows) throws SQLException {
        return scope.coversContainer(List.of(rows.getString(1), rows.getString(2)));
    }
}
