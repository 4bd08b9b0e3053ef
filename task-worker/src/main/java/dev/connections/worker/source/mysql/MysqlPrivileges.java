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
        if (!seesDefinitions()) {
            warnings.add("the account has no SHOW VIEW, so the definitions of views stay hidden: " + GRANT);
        }
        return warnings.isEmpty() ? new Finding.Passed(null) : new Finding.Warning(String.join("; ", warnings));
    }

    /** A role may bring the privilege too; what it brings is not listed. */
    private boolean seesDefinitions() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show grants")) {
            while (row.next()) {
                String grant = String.valueOf(row.getString(1));
                if (grant.contains("SHOW VIEW") || grant.contains("ALL PRIVILEGES") || !grant.contains(" ON ")) {
                    return true;
                }
            }
            return false;
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
