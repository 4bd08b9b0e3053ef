package dev.connections.worker.source.mysql;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the databases of a server that the account can see, one after the other, by four statements each. A server has no
 * snapshot of its schemas; an object that changes while it is read is read as it is then.
 */
final class MysqlServerCrawl {
    private final Crawl crawl;
    private final JdbcSessions jdbc;

    MysqlServerCrawl(Crawl crawl, JdbcSessions jdbc) {
        this.crawl = crawl;
        this.jdbc = jdbc;
    }

    void read() throws Exception {
        try (MysqlSessions sessions = new MysqlSessions(crawl, jdbc)) {
            read(sessions);
        }
    }

    private void read(MysqlSessions sessions) throws Exception {
        sessions.server().requireSupported();
        List<FoundObject> databases = databases(sessions);
        crawl.recognize(null, databases);
        List<Container> entered = new ArrayList<>();
        for (FoundObject database : databases) {
            if (crawl.reaches(null, database.identity(), database.name())) {
                Container container = crawl.enter(null, database);
                if (container.isEntered() && crawl.reads(container)) {
                    entered.add(container);
                } else {
                    crawl.complete(container);
                }
            }
        }
        crawl.complete(null);
        if (!entered.isEmpty()) {
            sessions.openAll();
        }
        for (Container database : entered) {
            new MysqlDatabase(crawl, sessions, database).read();
        }
    }

    private List<FoundObject> databases(MysqlSessions sessions) throws SQLException {
        SourceLimits limits = crawl.execution().limits();
        BoundedList<FoundObject> databases = new BoundedList<>(limits::checkDatabases, limits);
        try (Statement statement = sessions.forRelations().createStatement()) {
            statement.setFetchSize(1);
            try (ResultSet row =
                    statement.executeQuery(MysqlAnswers.STREAMED + MysqlSql.databases(sessions.server()))) {
                sessions.read(() -> {
                    while (row.next()) {
                        FoundObject found = database(String.valueOf(row.getString(1)), row.getString(2));
                        databases.add(found, found.characters());
                    }
                });
            }
        }
        return databases.items();
    }

    private static FoundObject database(String name, String comment) {
        return new FoundObject(
                new RemoteIdentity("", name),
                name,
                ObjectType.DATABASE,
                RemoteTraits.of("database", null, null),
                comment == null || comment.isEmpty() ? null : comment,
                ObjectDetail.NONE);
    }
}
