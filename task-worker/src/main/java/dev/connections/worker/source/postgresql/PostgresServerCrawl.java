package dev.connections.worker.source.postgresql;

import dev.connections.catalog.ObjectDetail;
import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads every database of a PostgreSQL server that the account may connect to, each in one snapshot. Where there are
 * several, this run lists them, and each is delegated to a crawl of its own.
 */
final class PostgresServerCrawl {
    private static final int OLDEST = 12;
    private static final int MOST_TRIES = 3;
    private static final String NO_SUCH_DATABASE = "3D000";

    private final Crawl crawl;
    private final JdbcSessions sessions;
    private final DatabaseServer server;
    private final PostgresText text = new PostgresText();
    private PendingTexts broken = new PendingTexts();

    private record Database(FoundObject found, boolean readable, boolean current) {}

    private record Entered(Database database, Container container) {}

    PostgresServerCrawl(Crawl crawl, JdbcSessions sessions) {
        this.crawl = crawl;
        this.sessions = sessions;
        this.server = JdbcSessions.serverOf(crawl.execution());
    }

    void read() throws Exception {
        for (int tries = 1; !isRead(tries == MOST_TRIES); tries++) {
            crawl.startOver();
        }
    }

    /** Reads the server; answers false where something changed meanwhile, so that it is worth another try. */
    private boolean isRead(boolean lastTry) throws Exception {
        List<Entered> entered = new ArrayList<>();
        try (JdbcSession login = sessions.open(crawl.execution(), server, null)) {
            requireSupported(login.connection());
            List<Database> databases =
                    PostgresTransaction.reading(login.connection(), () -> databases(login.connection()));
            crawl.recognize(null, databases.stream().map(Database::found).toList());
            for (Database database : databases) {
                Container container = enter(database);
                if (container != null && container.isEntered()) {
                    entered.add(new Entered(database, container));
                }
            }
            crawl.complete(null);
            if (entered.size() == 1 && entered.getFirst().database.current) {
                return isRead(login.connection(), entered.getFirst().container, lastTry);
            }
        }
        List<Entered> open = new ArrayList<>();
        for (Entered one : entered) {
            crawl.execution().checkNotStopped();
            if (one.database.current || opens(one.database)) {
                open.add(one);
            }
        }
        if (open.size() == 1) {
            return isRead(open.getFirst(), lastTry);
        }
        open.forEach(one -> crawl.delegate(one.container));
        return true;
    }

    private boolean isRead(Entered one, boolean lastTry) throws Exception {
        try (JdbcSession session = sessions.open(crawl.execution(), server, one.database.found.name())) {
            return isRead(session.connection(), one.container, lastTry);
        } catch (RunFailedException e) {
            if (isGone(e)) {
                return true;
            }
            throw e;
        }
    }

    /** What goes away while it is read, or is broken for good, costs a second look and not the crawl. */
    private boolean isRead(Connection jdbc, Container database, boolean lastTry) throws SQLException {
        PostgresDatabase reading = new PostgresDatabase(crawl, jdbc, database, broken);
        try {
            reading.readStructure();
            reading.readTexts();
            return true;
        } catch (SQLException e) {
            if (!PostgresTexts.CHANGED.contains(String.valueOf(e.getSQLState()))) {
                throw e;
            }
            if (lastTry) {
                throw changed(database, e);
            }
            broken = reading.findBrokenExpressions();
            return false;
        }
    }

    private @Nullable Container enter(Database database) {
        FoundObject found = database.found;
        if (!crawl.reaches(null, found.identity(), found.name())) {
            return null;
        }
        if (database.readable) {
            return crawl.enter(null, found);
        }
        if (crawl.isSubtree()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED,
                    "the account may not connect to database " + shown(found.name()),
                    null);
        }
        crawl.keep(found.identity());
        crawl.warn("the account may not connect to database " + shown(found.name()) + ", so it was left as it is");
        return null;
    }

    /**
     * Not all that fails to open is worth failing for: pg_hba.conf may keep the account out of a database. One that has
     * gone since it was listed is passed over; the next crawl finds it MISSING.
     */
    private boolean opens(Database database) throws Exception {
        try {
            sessions.open(crawl.execution(), server, database.found.name()).close();
            return true;
        } catch (RunFailedException e) {
            TaskError error = e.error();
            if (isGone(e)) {
                return false;
            }
            if (crawl.isSubtree() || (error.retryable() && error.code() != ErrorCode.REMOTE_ERROR)) {
                throw e;
            }
            crawl.warn("no connection to database " + shown(database.found.name())
                    + ", so its inside was left as it is: " + error.message());
            return false;
        }
    }

    private static boolean isGone(RunFailedException e) {
        return e.getCause() instanceof SQLException refused && NO_SUCH_DATABASE.equals(refused.getSQLState());
    }

    private RunFailedException changed(Container database, SQLException e) {
        String message = "database " + shown(database.placed().path().getLast()) + " changed while it was read: "
                + shown(e.getMessage());
        return new RunFailedException(new TaskError(ErrorCode.REMOTE_ERROR, message, true), null);
    }

    private String shown(@Nullable String sent) {
        return RemoteText.shown(sent, crawl.execution());
    }

    private void requireSupported(Connection jdbc) throws SQLException {
        if (jdbc.getMetaData().getDatabaseMajorVersion() < OLDEST) {
            throw new RunFailedException(
                    ErrorCode.UNSUPPORTED_TECHNOLOGY,
                    "the server is PostgreSQL " + shown(jdbc.getMetaData().getDatabaseProductVersion())
                            + "; crawls need " + OLDEST + " or later",
                    null);
        }
    }

    private List<Database> databases(Connection jdbc) throws SQLException {
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
