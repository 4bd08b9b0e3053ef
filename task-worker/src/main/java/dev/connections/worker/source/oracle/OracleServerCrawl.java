package dev.connections.worker.source.oracle;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import dev.connections.worker.source.jdbc.ReadTransaction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Reads the database of a service, in one session and as it was at one moment. A session sees no other pluggable database: each
 * has a connection of its own.
 */
final class OracleServerCrawl {
    private final Crawl crawl;
    private final JdbcSessions sessions;

    OracleServerCrawl(Crawl crawl, JdbcSessions sessions) {
        this.crawl = crawl;
        this.sessions = sessions;
    }

    void read() throws Exception {
        try (JdbcSession session = sessions.open(crawl.execution(), JdbcSessions.serverOf(crawl.execution()), null)) {
            Connection connection = session.connection();
            session.read(() -> ReadTransaction.of(connection, () -> {
                read(OracleSession.of(connection));
                return true;
            }));
        }
    }

    private void read(OracleSession session) throws SQLException {
        FoundObject found = new FoundObject(
                new RemoteIdentity("", session.database()),
                session.database(),
                ObjectType.DATABASE,
                RemoteTraits.of("database", null, null),
                null,
                ObjectDetail.NONE);
        crawl.recognize(null, List.of(found));
        boolean reached = crawl.reaches(null, found.identity(), found.name());
        Container database = reached ? crawl.enter(null, found) : null;
        crawl.complete(null);
        if (database == null) {
            return;
        }
        if (database.isEntered()) {
            new OracleDatabase(crawl, session, database).read();
        } else {
            crawl.complete(database);
        }
    }
}
