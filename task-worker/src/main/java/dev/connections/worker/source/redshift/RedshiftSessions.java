package dev.connections.worker.source.redshift;

import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The two sessions of the crawl of a database: a cluster has one open cursor in each. */
final class RedshiftSessions implements AutoCloseable {
    /** Of one query of the catalog. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(15);

    private final Connection first;
    private final JdbcSession second;

    /**
     * Opens the second.
     *
     * @param first a session of the database, which this does not close
     */
    RedshiftSessions(Crawl crawl, JdbcSessions sessions, JdbcSession first, Container database) throws Exception {
        this.first = first.connection();
        RedshiftSql.limit(this.first, STATEMENT_TIMEOUT);
        this.second = sessions.open(
                crawl.execution(),
                JdbcSessions.serverOf(crawl.execution()),
                database.placed().path().getLast());
        try {
            RedshiftSql.limit(forLateBinding(), STATEMENT_TIMEOUT);
        } catch (SQLException e) {
            second.close();
            throw e;
        }
    }

    Connection forStructure() {
        return first;
    }

    Connection forLateBinding() {
        return second.connection();
    }

    @Override
    public void close() {
        second.close();
    }
}
