package dev.connections.worker.source.sqlserver;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.jdbc.DatabaseByDatabase;
import dev.connections.worker.source.jdbc.DatabaseByDatabase.Database;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads every database of a server that the account may open; Azure lets no session go from one to another. */
final class SqlServerCrawl implements DatabaseByDatabase.Reader {
    /** In a warning. */
    static final int MOST_NAMES = 100;

    private final Crawl crawl;
    private final JdbcSessions sessions;

    SqlServerCrawl(Crawl crawl, JdbcSessions sessions) {
        this.crawl = crawl;
        this.sessions = sessions;
    }

    @Override
    public boolean isRead(JdbcSession session, Container database, boolean lastTry) throws Exception {
        SqlServerVersion version = SqlServerVersion.of(session.connection());
        try (SqlServerSessions open = new SqlServerSessions(crawl, sessions, session, database)) {
            new SqlServerDatabase(crawl, open, version, database).read();
            return true;
        } catch (SQLException e) {
            if (lastTry || !SqlServerFailures.isTransient(e)) {
                throw e;
            }
            return false;
        }
    }

    @Override
    public List<Database> databases(Connection login) throws SQLException {
        SqlServerVersion version = SqlServerVersion.of(login);
        version.requireSupported();
        SourceLimits limits = crawl.execution().limits();
        BoundedList<Database> databases = new BoundedList<>(limits::checkDatabases, limits);
        SqlServerAnswers.read(login, SqlServerSql.databases(false), row -> {
            while (row.next()) {
                FoundObject found = database(row.getInt(1), row.getString(2), String.valueOf(row.getString(3)));
                boolean readable = version.mayOpen(row.getInt(4), row.getInt(5));
                databases.add(new Database(found, readable, row.getInt(6) == 1), found.characters());
            }
        });
        return databases.items();
    }

    /**
     * A database.
     *
     * @param id which the next database has when this one is dropped
     * @param broker which a database keeps when it is renamed, and takes along into its copies
     */
    private static FoundObject database(int id, @Nullable String broker, String name) {
        return new FoundObject(
                new RemoteIdentity("", broker == null ? name : id + "-" + broker),
                name,
                ObjectType.DATABASE,
                RemoteTraits.of("database", null, null),
                null,
                ObjectDetail.NONE);
    }
}
