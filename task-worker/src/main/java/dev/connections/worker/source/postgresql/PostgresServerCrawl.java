package dev.connections.worker.source.postgresql;

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
import dev.connections.worker.source.jdbc.PendingTexts;
import dev.connections.worker.source.pgwire.Changed;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Reads every database of a PostgreSQL server that the account may connect to, each in one snapshot. */
final class PostgresServerCrawl implements DatabaseByDatabase.Reader {
    private final Crawl crawl;
    private final PostgresText text = new PostgresText();
    private PendingTexts broken = new PendingTexts();

    PostgresServerCrawl(Crawl crawl) {
        this.crawl = crawl;
    }

    /** What goes away while it is read, or is broken for good, costs a second look and not the crawl. */
    @Override
    public boolean isRead(JdbcSession session, Container database, boolean lastTry) throws SQLException {
        PostgresDatabase reading = new PostgresDatabase(crawl, session.connection(), database, broken);
        try {
            reading.readStructure();
            reading.readTexts();
            return true;
        } catch (SQLException e) {
            DatabaseByDatabase.requireAnotherTry(e, Changed.isSaidBy(e), crawl, database, lastTry);
            broken = reading.findBrokenExpressions();
            return false;
        }
    }

    @Override
    public List<Database> databases(Connection login) throws SQLException {
        PostgresVersion.requireSupported(login, crawl.execution());
        return PostgresTransaction.reading(login, () -> list(login));
    }

    private List<Database> list(Connection jdbc) throws SQLException {
        SourceLimits limits = crawl.execution().limits();
        BoundedList<Database> databases = new BoundedList<>(limits::checkDatabases, limits);
        try (PreparedStatement statement = PostgresSql.list(jdbc, PostgresSql.DATABASES);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                FoundObject found = new FoundObject(
                        new RemoteIdentity("", row.getString(1)),
                        text.of(row, 2),
                        ObjectType.DATABASE,
                        RemoteTraits.of("database", null, null),
                        text.orNull(row, 3),
                        ObjectDetail.NONE);
                databases.add(new Database(found, row.getBoolean(4), row.getBoolean(5)), found.characters());
            }
        }
        return databases.items();
    }
}
