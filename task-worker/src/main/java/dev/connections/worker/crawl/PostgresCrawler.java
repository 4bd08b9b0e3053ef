package dev.connections.worker.crawl;

import dev.connections.catalog.ObjectDetail;
import dev.connections.connection.ClientConfiguration;
import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.Words;
import dev.connections.worker.platform.PlatformConnection;
import dev.connections.worker.platform.PlatformConnector;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Reads every database of a PostgreSQL server that the account may connect to, each in one snapshot. Where there are
 * several, this run lists them, and each is left to a crawl of its own.
 */
@Component
final class PostgresCrawler implements PlatformCrawler {
    private static final int OLDEST = 12;
    /** An object went away between two catalog queries: the next attempt sees the new state. */
    private static final Set<String> CHANGED_MEANWHILE = Set.of("XX000", "42P01", "42704");

    private final PlatformConnector connector;

    private record Database(FoundObject found, boolean readable, boolean current) {}

    private record Entered(Database database, Container container) {}

    PostgresCrawler(PlatformConnector connector) {
        this.connector = connector;
    }

    @Override
    public boolean crawls(Technology technology) {
        return technology == Technology.POSTGRESQL;
    }

    @Override
    public void crawl(Crawl crawl) throws SQLException {
        ClientConfiguration.DatabaseServer server = connector.configuration(crawl.execution());
        List<Entered> entered = new ArrayList<>();
        try (PlatformConnection login = connector.open(crawl.execution(), server, null)) {
            prepare(login.jdbc());
            for (Database database : databases(login.jdbc())) {
                Container container = enter(crawl, database);
                if (container != null && container.isEntered()) {
                    entered.add(new Entered(database, container));
                }
            }
            crawl.listed(null);
            if (entered.size() == 1 && entered.getFirst().database.current) {
                read(crawl, login.jdbc(), entered.getFirst().container);
                return;
            }
        }
        List<Entered> open = new ArrayList<>();
        for (Entered one : entered) {
            crawl.execution().checkNotStopped();
            if (one.database.current || opens(crawl, server, one.database)) {
                open.add(one);
            }
        }
        if (open.size() > 1) {
            open.forEach(one -> crawl.leave(one.container));
        } else if (!open.isEmpty()) {
            Entered only = open.getFirst();
            try (PlatformConnection session = connector.open(crawl.execution(), server, only.database.found.name())) {
                prepare(session.jdbc());
                read(crawl, session.jdbc(), only.container);
            }
        }
    }

    private static @Nullable Container enter(Crawl crawl, Database database) {
        FoundObject found = database.found;
        if (!crawl.reaches(null, found.identity(), found.name())) {
            return null;
        }
        if (database.readable) {
            return crawl.enter(null, found);
        }
        if (crawl.isSubtree()) {
            throw new RunFailedException(
                    ErrorCode.PERMISSION_DENIED, "the account may not connect to database " + found.name(), null);
        }
        crawl.exists(found.identity());
        crawl.warn("the account may not connect to database " + found.name() + ", so it was left as it is");
        return null;
    }

    /** Not all that fails to open is worth failing for: pg_hba.conf may keep the account out of a database. */
    private boolean opens(Crawl crawl, ClientConfiguration.DatabaseServer server, Database database)
            throws SQLException {
        try {
            connector.open(crawl.execution(), server, database.found.name()).close();
            return true;
        } catch (RunFailedException e) {
            TaskError error = e.error();
            if (crawl.isSubtree() || (error.retryable() && error.code() != ErrorCode.REMOTE_ERROR)) {
                throw e;
            }
            crawl.warn("no connection to database " + database.found.name() + ", so its inside was left as it is: "
                    + error.message());
            return false;
        }
    }

    private static void read(Crawl crawl, Connection jdbc, Container database) throws SQLException {
        jdbc.setAutoCommit(false);
        jdbc.setReadOnly(true);
        jdbc.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try {
            new PostgresDatabase(crawl, jdbc, database).read();
            jdbc.commit();
        } catch (SQLException e) {
            if (CHANGED_MEANWHILE.contains(e.getSQLState())) {
                throw new RunFailedException(
                        new TaskError(
                                ErrorCode.REMOTE_ERROR,
                                "database " + database.placed().path().getLast() + " changed while it was read: "
                                        + Words.plain(e.getMessage()),
                                true),
                        e);
            }
            throw e;
        }
        jdbc.setAutoCommit(true);
    }

    private static void prepare(Connection jdbc) throws SQLException {
        int version = jdbc.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST) {
            throw new RunFailedException(
                    ErrorCode.UNSUPPORTED_TECHNOLOGY,
                    "the server is PostgreSQL " + jdbc.getMetaData().getDatabaseProductVersion() + "; crawls need "
                            + OLDEST + " or later",
                    null);
        }
        try (Statement statement = jdbc.createStatement()) {
            statement.execute(PostgresSql.PREPARE);
        }
    }

    private static List<Database> databases(Connection jdbc) throws SQLException {
        List<Database> databases = new ArrayList<>();
        try (Statement statement = jdbc.createStatement();
                ResultSet row = statement.executeQuery(PostgresSql.DATABASES)) {
            while (row.next()) {
                FoundObject found = new FoundObject(
                        new RemoteIdentity("", row.getString(1)),
                        row.getString(2),
                        ObjectType.DATABASE,
                        RemoteTraits.of("database", null, null),
                        row.getString(3),
                        ObjectDetail.NONE);
                databases.add(new Database(found, row.getBoolean(4), row.getBoolean(5)));
            }
        }
        return databases;
    }
}
