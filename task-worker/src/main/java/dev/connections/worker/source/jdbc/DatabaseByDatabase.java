package dev.connections.worker.source.jdbc;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.RemoteText;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Crawls a server each of whose databases takes a login of its own. Where there are several, this run lists them, and
 * each is delegated to a crawl of its own.
 */
public final class DatabaseByDatabase {
    private static final int MOST_TRIES = 3;
    private static final String NO_SUCH_DATABASE = "3D000";

    private final Crawl crawl;
    private final JdbcSessions sessions;
    private final DatabaseServer server;
    private final Reader reader;

    /**
     * A database of the server.
     *
     * @param readable whether the account may connect to it, as far as is known
     * @param current whether the login is to it
     */
    public record Database(FoundObject found, boolean readable, boolean current) {}

    /** What a technology reads in its own way. */
    public interface Reader {
        /**
         * Lists the databases, the current one first.
         *
         * @throws RunFailedException where the server is none that can be crawled
         */
        List<Database> databases(Connection login) throws SQLException;

        /**
         * Reads the inside of a database in a session of it; answers false where something changed meanwhile, so that it
         * is worth another try.
         *
         * @param lastTry whether there is no other
         */
        boolean isRead(JdbcSession session, Container database, boolean lastTry) throws Exception;
    }

    private record Entered(Database database, Container container) {}

    /** Crawls the server of the crawl's connection. */
    public DatabaseByDatabase(Crawl crawl, JdbcSessions sessions, Reader reader) {
        this.crawl = crawl;
        this.sessions = sessions;
        this.server = JdbcSessions.serverOf(crawl.execution());
        this.reader = reader;
    }

    /** Reads the server, anew where it changed meanwhile. */
    public void read() throws Exception {
        for (int tries = 1; !isRead(tries == MOST_TRIES); tries++) {
            crawl.startOver();
        }
    }

    private boolean isRead(boolean lastTry) throws Exception {
        List<Entered> entered = new ArrayList<>();
        try (JdbcSession login = sessions.open(crawl.execution(), server, null)) {
            List<Database> databases = reader.databases(login.connection());
            crawl.recognize(null, databases.stream().map(Database::found).toList());
            for (Database database : databases) {
                Container container = enter(database);
                if (container != null && container.isEntered()) {
                    entered.add(new Entered(database, container));
                }
            }
            crawl.complete(null);
            if (entered.size() == 1 && entered.getFirst().database.current) {
                return reader.isRead(login, entered.getFirst().container, lastTry);
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
            return reader.isRead(session, one.container, lastTry);
        } catch (RunFailedException e) {
            if (isGone(e)) {
                return true;
            }
            throw e;
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
     * Not all that fails to open is worth failing for: the server's access rules may keep the account out of a database.
     * One that has gone since it was listed is passed over; the next crawl finds it MISSING.
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

    /**
     * Lets a failure inside a database pass where something changed there meanwhile and there is another try.
     *
     * @param changed whether the failure says that something changed
     * @throws SQLException where it is another failure
     * @throws RunFailedException where something changed in the last try too
     */
    public static void requireAnotherTry(
            SQLException failed, boolean changed, Crawl crawl, Container database, boolean lastTry)
            throws SQLException {
        if (!changed) {
            throw failed;
        }
        if (!lastTry) {
            return;
        }
        String name = RemoteText.shown(database.placed().path().getLast(), crawl.execution());
        String message = "database " + name + " changed while it was read: "
                + RemoteText.shown(failed.getMessage(), crawl.execution());
        throw new RunFailedException(new TaskError(ErrorCode.REMOTE_ERROR, message, true), null);
    }

    private static boolean isGone(RunFailedException e) {
        return e.getCause() instanceof SQLException refused && NO_SUCH_DATABASE.equals(refused.getSQLState());
    }

    private String shown(String sent) {
        return RemoteText.shown(sent, crawl.execution());
    }
}
