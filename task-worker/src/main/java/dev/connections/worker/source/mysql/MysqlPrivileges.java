package dev.connections.worker.source.mysql;

import dev.connections.connection.PathPatterns;
import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What an account may see of what its connection is to crawl: a server shows nothing that it has no privilege on. */
final class MysqlPrivileges {
    private static final String GRANT = "GRANT SELECT, SHOW VIEW ON <database>.* TO <user>";

    /** Partial revokes are a variable of MySQL 8.0.16 and later only. */
    private static final String NAMES =
            "show variables where variable_name in ('lower_case_table_names', 'partial_revokes')";

    private final Connection connection;
    private final Execution execution;
    private final PathPatterns scope;

    MysqlPrivileges(Connection connection, Execution execution) {
        this.connection = connection;
        this.execution = execution;
        this.scope = execution.target().settings().crawl().patterns();
    }

    /** Looks only at what the connection's patterns cover; throws where the account sees no database at all. */
    Finding look() throws SQLException {
        List<String> warnings = new ArrayList<>();
        MysqlServer server = MysqlServer.of(connection);
        server.requireSupported();
        boolean registeredAsMariaDb = execution.target().technology() == Technology.MARIADB;
        if (server.isMariaDb() != registeredAsMariaDb) {
            warnings.add(
                    "the server is " + server.product() + ", which crawls just as well; register the connection as "
                            + server.product() + " so that people find it under its name");
        }
        List<String> databases = databases(server);
        if (databases.isEmpty()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED, "the server shows the account no database: " + GRANT, null);
        }
        if (databases.stream().noneMatch(this::isCovered)) {
            warnings.add("the connection's patterns cover none of the databases that the account may see");
        }
        String configured = JdbcSessions.serverOf(execution).database();
        if (configured != null && !databases.contains(configured)) {
            warnings.add("the account may not see the configured database, or there is none of that name");
        }
        MissingGrants missing = missing(databases);
        warnings.addAll(missing.warnings());
        return warnings.isEmpty()
                ? new Finding.Passed(null)
                : new Finding.Warning(missing.below(String.join("; ", warnings)));
    }

    private MissingGrants missing(List<String> databases) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            MysqlGrants.Names names = names(statement);
            MysqlGrants grants = new MysqlGrants(names);
            try (ResultSet row = statement.executeQuery("show grants")) {
                while (row.next()) {
                    grants.add(String.valueOf(row.getString(1)));
                }
            }
            MissingGrants missing = new MissingGrants(grants, names, account(statement), execution);
            databases.stream().filter(this::isCovered).forEach(missing::look);
            return missing;
        }
    }

    private static MysqlGrants.Names names(Statement statement) throws SQLException {
        boolean arePatterns = true;
        boolean ignoreCase = false;
        try (ResultSet row = statement.executeQuery(NAMES)) {
            while (row.next()) {
                String value = String.valueOf(row.getString(2));
                if (String.valueOf(row.getString(1)).equals("partial_revokes")) {
                    arePatterns = !value.equals("ON");
                } else {
                    ignoreCase = !value.equals("0");
                }
            }
        }
        return new MysqlGrants.Names(arePatterns, ignoreCase);
    }

    /** The account that the server took the login for. */
    private static String account(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select current_user()")) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        }
    }

    private boolean isCovered(String database) {
        return scope.coversContainer(List.of(database));
    }

    private List<String> databases(MysqlServer server) throws SQLException {
        SourceLimits limits = execution.limits();
        BoundedList<String> names = new BoundedList<>(limits::checkDatabases, limits);
        boolean read = false;
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(1);
            try (ResultSet row = statement.executeQuery(MysqlAnswers.STREAMED + MysqlSql.databases(server))) {
                while (row.next()) {
                    String name = String.valueOf(row.getString(1));
                    names.add(name, name.length());
                }
                read = true;
            } finally {
                if (!read) {
                    // Or the driver reads what the server still sends.
                    connection.abort(Runnable::run);
                }
            }
        }
        return names.items();
    }
}
