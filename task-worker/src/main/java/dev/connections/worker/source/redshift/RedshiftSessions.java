package dev.connections.worker.source.redshift;

import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The four sessions of the crawl of a database: a cluster has one open cursor in each. */
final class RedshiftSessions implements AutoCloseable {
    /** Of one query of the catalog. */
    private static final Duration STATEMENT_TIMEOUT = Duration.ofMinutes(15);

    private final Connection first;
    private final List<JdbcSession> others = new ArrayList<>();

    /**
     * Opens them.
     *
     * @param first a session of the database, which this does not close
     */
    RedshiftSessions(Crawl crawl, JdbcSessions sessions, JdbcSession first, Container database) throws Exception {
        this.first = first.connection();
        try {
            RedshiftSql.limit(this.first, STATEMENT_TIMEOUT);
            while (others.size() < 3) {
                JdbcSession session = sessions.open(
                        crawl.execution(),
                        JdbcSessions.serverOf(crawl.execution()),
                        database.placed().path().getLast());
                others.add(session);
                RedshiftSql.limit(session.connection(), STATEMENT_TIMEOUT);
            }
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    Connection forRelations() {
        return first;
    }

    Connection forColumns() {
        return others.get(0).connection();
    }

    Connection forKeys() {
        return others.get(1).connection();
    }

    Connection forLateBinding() {
        return others.get(2).connection();
    }

    /** Begins a read-only transaction in each, without which rows do not come in parts. */
    void begin() throws SQLException {
        setAutoCommit(false);
    }

    /** Ends the transactions, in which there is nothing to commit. */
    void end() throws SQLException {
        setAutoCommit(true);
    }

    private void setAutoCommit(boolean auto) throws SQLException {
        first.setAutoCommit(auto);
        for (JdbcSession session : others) {
            session.connection().setAutoCommit(auto);
        }
    }

    @Override
    public void close() {
        others.forEach(JdbcSession::close);
    }
}
