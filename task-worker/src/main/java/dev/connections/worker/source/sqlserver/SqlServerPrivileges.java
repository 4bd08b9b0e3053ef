package dev.connections.worker.source.sqlserver;

import dev.connections.connection.PathPatterns;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.Grants;
import dev.connections.worker.source.NameList;
import dev.connections.worker.source.VisibleDatabases;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an account may see of what its connection is to crawl. */
final class SqlServerPrivileges {
    private static final String NO_DATABASE =
            "the account may open no database: create a user for the login in each, or grant the login CONNECT ANY DATABASE";

    private final Connection connection;
    private final Execution execution;
    private final PathPatterns scope;
    private final BoundedList<String> open;
    private final List<String> closed = new ArrayList<>();
    private final List<String> hidden = new ArrayList<>();
    private final Grants grants;
    /** The account, as a statement has it where its user in a database has its name. */
    private final String user;
    /** The one that the session is in. */
    private @Nullable String current;

    SqlServerPrivileges(Connection connection, Execution execution) {
        this.connection = connection;
        this.execution = execution;
        this.scope = execution.target().settings().crawl().patterns();
        SourceLimits limits = execution.limits();
        this.open = new BoundedList<>(limits::checkDatabases, limits);
        this.grants = new Grants(execution);
        this.user = quoted(JdbcSessions.serverOf(execution).credential().username());
    }

    private static String quoted(String name) {
        return "[" + name.replace("]", "]]") + "]";
    }

    /** Looks only at what the connection's patterns cover; throws where the account may open no database at all. */
    Finding look() throws SQLException {
        SqlServerVersion version = SqlServerVersion.of(connection);
        version.requireSupported();
        readDatabases(version);
        if (open.size() == 0) {
            throw new RunFailedException(ErrorCode.PERMISSION_DENIED, NO_DATABASE, null);
        }
        List<String> warnings = new ArrayList<>();
        Finding visible = VisibleDatabases.check(execution, "database", open.items(), configured(), NO_DATABASE);
        if (visible instanceof Finding.Warning warning) {
            warnings.add(warning.message());
        }
        if (!closed.isEmpty()) {
            warnings.add("the account may not open these databases, or they are not online: "
                    + NameList.shown(closed, execution));
        }
        if (!hidden.isEmpty()) {
            warnings.add(
                    "without VIEW DEFINITION the account sees only what else was granted to it, and no definitions of"
                            + " views; grant it in these databases, or the login VIEW ANY DEFINITION: "
                            + NameList.shown(hidden, execution));
        }
        return warnings.isEmpty()
                ? new Finding.Passed(null)
                : new Finding.Warning(grants.below(String.join("; ", warnings), "to grant that"));
    }

    /** The configured database under its own name, since most servers ignore case; null for none, or one of the server's. */
    private @Nullable String configured() {
        String configured = JdbcSessions.serverOf(execution).database();
        if (configured == null) {
            return null;
        }
        boolean isSystem = List.of("master", "tempdb", "model", "msdb").contains(configured.toLowerCase(Locale.ROOT));
        String opened = current;
        return isSystem ? null : Objects.requireNonNullElse(opened, configured);
    }

    private void readDatabases(SqlServerVersion version) throws SQLException {
        SqlServerAnswers.read(connection, SqlServerSql.databases(true), row -> {
            while (row.next()) {
                String name = String.valueOf(row.getString(3));
                boolean covered = scope.coversContainer(List.of(name));
                boolean readable = version.mayOpen(row.getInt(4), row.getInt(5));
                if (row.getInt(6) == 1) {
                    current = name;
                }
                if (readable) {
                    open.add(name, name.length());
                }
                // A server that cannot say, as Azure's of another database, answers with null.
                boolean isHidden = row.getInt(7) == 0 && !row.wasNull();
                if (covered && !readable && closed.size() <= SqlServerCrawl.MOST_NAMES) {
                    closed.add(name);
                } else if (covered && isHidden && hidden.size() <= SqlServerCrawl.MOST_NAMES) {
                    hidden.add(name);
                    grants.add("USE " + quoted(name) + "; GRANT VIEW DEFINITION TO " + user);
                }
            }
        });
    }
}
