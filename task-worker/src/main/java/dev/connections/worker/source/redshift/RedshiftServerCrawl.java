package dev.connections.worker.source.redshift;

import dev.connections.catalog.ObjectDetail;
import dev.connections.task.ErrorCode;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.NameList;
import dev.connections.worker.source.jdbc.DatabaseByDatabase;
import dev.connections.worker.source.jdbc.DatabaseByDatabase.Database;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import dev.connections.worker.source.jdbc.ReadTransaction;
import dev.connections.worker.source.pgwire.Changed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads every database of a cluster that the account may connect to, but for those that come from datashares. */
final class RedshiftServerCrawl implements DatabaseByDatabase.Reader {
    private final Crawl crawl;
    private final JdbcSessions sessions;

    RedshiftServerCrawl(Crawl crawl, JdbcSessions sessions) {
        this.crawl = crawl;
        this.sessions = sessions;
    }

    @Override
    public boolean isRead(JdbcSession session, Container database, boolean lastTry) throws Exception {
        try (RedshiftSessions open = new RedshiftSessions(crawl, sessions, session, database)) {
            new RedshiftDatabase(crawl, open, database).read();
            return true;
        } catch (SQLException e) {
            DatabaseByDatabase.requireAnotherTry(e, Changed.isSaidBy(e), crawl, database, lastTry);
            return false;
        }
    }

    @Override
    public List<Database> databases(Connection login) throws SQLException {
        requireRedshift(login);
        return ReadTransaction.of(login, () -> list(login));
    }

    private List<Database> list(Connection login) throws SQLException {
        Set<String> shared = new HashSet<>(datashares(login, crawl.execution()));
        SourceLimits limits = crawl.execution().limits();
        BoundedList<Database> databases = new BoundedList<>(limits::checkDatabases, limits);
        try (PreparedStatement statement = RedshiftSql.list(login, RedshiftSql.DATABASES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                FoundObject found = new FoundObject(
                        new RemoteIdentity("", row.getString(1)),
                        String.valueOf(row.getString(2)),
                        ObjectType.DATABASE,
                        RemoteTraits.of("database", null, null),
                        row.getString(5),
                        ObjectDetail.NONE);
                if (!shared.contains(found.name())) {
                    databases.add(new Database(found, row.getBoolean(3), row.getBoolean(4)), found.characters());
                }
            }
        }
        if (!shared.isEmpty() && !crawl.isSubtree()) {
            crawl.warn(sharedDatabases(List.copyOf(shared), crawl.execution()));
        }
        return databases.items();
    }

    /** The names of the databases that come from datashares, in the connection's transaction. */
    static List<String> datashares(Connection connection, Execution execution) throws SQLException {
        SourceLimits limits = execution.limits();
        BoundedList<String> names = new BoundedList<>(limits::checkDatabases, limits);
        try (PreparedStatement statement = RedshiftSql.list(connection, RedshiftSql.DATASHARES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = String.valueOf(row.getString(1));
                names.add(name, name.length());
            }
        }
        return names.items();
    }

    static String sharedDatabases(List<String> names, Execution execution) {
        return "these databases come from datashares and are not crawled here; register the cluster that shares them: "
                + NameList.shown(names.stream().sorted().toList(), execution);
    }

    /** Other servers speak the same protocol. */
    static void requireRedshift(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RedshiftSql.IS_REDSHIFT);
                ResultSet row = statement.executeQuery()) {
            if (!row.next() || row.getLong(1) == 0) {
                throw new RunFailedException(
                        ErrorCode.UNSUPPORTED_TECHNOLOGY,
                        "the server is no Redshift cluster; if it is PostgreSQL, register the connection as PostgreSQL",
                        null);
            }
        }
    }
}
