package dev.connections.worker.source.teradata;

import static dev.connections.worker.source.teradata.TeradataRows.code;
import static dev.connections.worker.source.teradata.TeradataRows.filledOrNull;
import static dev.connections.worker.source.teradata.TeradataRows.text;
import static dev.connections.worker.source.teradata.TeradataRows.time;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.EachDatabase;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Reads the databases of a system, one after the other, in one session. */
final class TeradataServerCrawl {
    private final Crawl crawl;
    private final JdbcSessions sessions;
    private final CountedNames viewsWithoutTypes = new CountedNames();
    private String columns = TeradataSql.ALL_COLUMNS;

    TeradataServerCrawl(Crawl crawl, JdbcSessions sessions) {
        this.crawl = crawl;
        this.sessions = sessions;
    }

    void read() throws Exception {
        Execution execution = crawl.execution();
        try (JdbcSession session = sessions.open(execution, JdbcSessions.serverOf(execution), null)) {
            session.read(() -> {
                read(session.connection());
                return true;
            });
        }
        if (!viewsWithoutTypes.isEmpty()) {
            crawl.warn(
                    "the system does not tell the types of the columns of these views, which may be broken: "
                            + viewsWithoutTypes.shown(execution)
                            + (columns.equals(TeradataSql.ALL_COLUMNS)
                                    ? ""
                                    : ". It tells none at all: reading " + TeradataSql.ALL_COLUMNS
                                            + " has to be enabled (DBS Control, DisableQVCI), and SELECT on it granted to the user"));
        }
    }

    private void read(Connection connection) throws Exception {
        List<FoundObject> databases = databases(connection, crawl.execution().limits());
        new EachDatabase(crawl, "database", database -> read(connection, database), e -> isOfOne(e, connection))
                .read(databases);
    }

    private static boolean isOfOne(Exception failed, Connection connection) {
        try {
            return failed instanceof SQLException e && !TeradataFailures.isOfTheSession(e, connection);
        } catch (SQLException e) {
            return false;
        }
    }

    private void read(Connection connection, Container database) throws SQLException {
        if (crawl.reads(database)) {
            new TeradataDatabase(crawl, connection, database, this).read();
        } else {
            crawl.complete(database);
        }
    }

    /** The view of the dictionary that has the columns. */
    String columns() {
        return columns;
    }

    /** Whether a statement failed because of that view, and another one is used from now on. */
    boolean usesOtherColumns(SQLException failed) {
        boolean other = columns.equals(TeradataSql.ALL_COLUMNS) && TeradataFailures.isWithoutViewColumns(failed);
        if (other) {
            columns = TeradataSql.TABLE_COLUMNS;
        }
        return other;
    }

    /** Takes note of a view whose columns have no types. */
    void lacksTypes(String view) {
        viewsWithoutTypes.add(view);
    }

    /** The databases that a crawl may cover; those of the system itself and users without tables are left out. */
    static List<FoundObject> databases(Connection connection, SourceLimits limits) throws SQLException {
        BoundedList<FoundObject> databases = new BoundedList<>(limits::checkDatabases, limits);
        try (PreparedStatement statement = TeradataSql.databases(connection);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = text(row, 1);
                FoundObject found = new FoundObject(
                        new RemoteIdentity("", name),
                        name,
                        ObjectType.DATABASE,
                        new RemoteTraits(
                                code(row, 2).equals("U") ? "user" : "database", null, null, time(row, 4), time(row, 5)),
                        filledOrNull(row, 3),
                        ObjectDetail.NONE);
                databases.add(found, found.characters());
            }
        }
        return databases.items();
    }
}
