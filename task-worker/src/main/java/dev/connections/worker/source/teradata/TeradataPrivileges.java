package dev.connections.worker.source.teradata;

import dev.connections.task.ErrorCode;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.VisibleDatabases;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What an account may read of the dictionary, which shows all databases to whoever may read it at all. */
final class TeradataPrivileges {
    private final Connection connection;
    private final Execution execution;

    TeradataPrivileges(Connection connection, Execution execution) {
        this.connection = connection;
        this.execution = execution;
    }

    /** Throws where the account may not read what every crawl reads. */
    Finding look() throws SQLException {
        List<String> grants = new ArrayList<>();
        for (String view : TeradataSql.VIEWS) {
            if (!mayRead(view)) {
                grants.add(grant(view));
            }
        }
        if (!grants.isEmpty()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED,
                    "the user may not read the system's dictionary: " + String.join(" ", grants),
                    null);
        }
        List<String> names = TeradataServerCrawl.databases(connection, execution.limits()).stream()
                .map(FoundObject::name)
                .toList();
        Finding databases = VisibleDatabases.check(
                execution,
                "database",
                names,
                JdbcSessions.serverOf(execution).database(),
                "the system has no databases but its own");
        return seesViewColumns() ? databases : warning(databases);
    }

    /** A statement to paste; a system ignores the case of names, quoted or not. */
    private String grant(String view) {
        String user = JdbcSessions.serverOf(execution).credential().username();
        return RemoteText.shown("GRANT SELECT ON " + view + " TO " + QuotedPath.of(user) + ";", execution);
    }

    private boolean mayRead(String view) throws SQLException {
        try {
            ask(view);
            return true;
        } catch (SQLException e) {
            if (TeradataFailures.isNoRight(e)) {
                return false;
            }
            throw e;
        }
    }

    private boolean seesViewColumns() throws SQLException {
        try {
            ask(TeradataSql.ALL_COLUMNS);
            return true;
        } catch (SQLException e) {
            if (TeradataFailures.isWithoutViewColumns(e)) {
                return false;
            }
            throw e;
        }
    }

    private void ask(String view) throws SQLException {
        try (PreparedStatement statement = TeradataSql.tryView(connection, view);
                ResultSet row = statement.executeQuery()) {
            row.next();
        }
    }

    private Finding warning(Finding databases) {
        String said = databases instanceof Finding.Warning ? databases.message() + "; " : "";
        return new Finding.Warning(said + "the system does not show the user the types of view columns: have reading "
                + TeradataSql.ALL_COLUMNS + " enabled (DBS Control, DisableQVCI), and "
                + grant(TeradataSql.ALL_COLUMNS));
    }
}
