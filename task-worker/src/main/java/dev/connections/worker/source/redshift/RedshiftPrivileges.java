package dev.connections.worker.source.redshift;

import dev.connections.connection.PathPatterns;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.Grants;
import dev.connections.worker.source.NameList;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.jdbc.JdbcSessions;
import dev.connections.worker.source.jdbc.ReadTransaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a Redshift account may see of what its connection is to crawl. */
final class RedshiftPrivileges {
    private final Connection connection;
    private final Execution execution;
    private final PathPatterns scope;
    private final Grants grants;

    RedshiftPrivileges(Connection connection, Execution execution) {
        this.connection = connection;
        this.execution = execution;
        this.scope = execution.target().settings().crawl().patterns();
        this.grants = new Grants(execution);
    }

    /** Looks only at what the connection's patterns cover, and inside the database of the login. */
    Finding look() throws SQLException {
        RedshiftServerCrawl.requireRedshift(connection);
        return ReadTransaction.of(connection, this::finding);
    }

    private Finding finding() throws SQLException {
        List<String> shared = RedshiftServerCrawl.datashares(connection, execution);
        List<String> warnings = new ArrayList<>();
        if (!coversADatabase(Set.copyOf(shared))) {
            warnings.add("the connection's patterns cover none of the cluster's databases");
        }
        List<String> closed = closedSchemas();
        if (!closed.isEmpty()) {
            warnings.add("the account has no USAGE on these schemas: " + NameList.shown(closed, execution));
        }
        if (!warnings.isEmpty()) {
            return new Finding.Warning(grants.below(String.join("; ", warnings), "to grant that"));
        }
        return new Finding.Passed(shared.isEmpty() ? null : RedshiftServerCrawl.sharedDatabases(shared, execution));
    }

    private boolean coversADatabase(Set<String> shared) throws SQLException {
        boolean covered = false;
        try (PreparedStatement statement = RedshiftSql.list(connection, RedshiftSql.DATABASES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = String.valueOf(row.getString(2));
                covered |= !shared.contains(name) && scope.coversContainer(List.of(name));
            }
        }
        return covered;
    }

    private List<String> closedSchemas() throws SQLException {
        SourceLimits limits = execution.limits();
        BoundedList<String> closed = new BoundedList<>(limits::checkSchemas, limits);
        String database = connection.getCatalog();
        String user =
                QuotedPath.of(JdbcSessions.serverOf(execution).credential().username());
        try (PreparedStatement statement = RedshiftSql.list(connection, RedshiftSql.SCHEMAS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = String.valueOf(row.getString(2));
                if (!row.getBoolean(4) && scope.coversContainer(List.of(database, name))) {
                    closed.add(name, name.length());
                    grants.add("GRANT USAGE ON SCHEMA " + QuotedPath.of(name) + " TO " + user);
                }
            }
        }
        return closed.items();
    }
}
