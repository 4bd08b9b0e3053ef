package dev.connections.worker.source.sqlserver;

import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The three sessions of the crawl of a database: in each the driver streams one answer. */
final class SqlServerSessions implements AutoCloseable {
    private final JdbcSession first;
    private final List<JdbcSession> others = new ArrayList<>();

    /**
     * Opens two more.
     *
     * @param first a session of the database, which this does not close
     */
    SqlServerSessions(Crawl crawl, JdbcSessions sessions, JdbcSession first, Container database) throws Exception {
        this.first = first;
        boolean opened = false;
        try {
            while (others.size() < 2) {
                others.add(sessions.open(
                        crawl.execution(),
                        JdbcSessions.serverOf(crawl.execution()),
                        database.placed().path().getLast()));
            }
            opened = true;
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    Connection forStructure() {
        return first.connection();
    }

    Connection forKeys() {
        return others.get(0).connection();
    }

    Connection forComments() {
        return others.get(1).connection();
    }

    /** What is read while answers are open. */
    interface Reading {
        void read() throws SQLException;
    }

    /** Reads; where that fails, cuts the sessions before anything is closed, for the driver reads open answers to their ends. */
    void read(Reading reading) throws SQLException {
        boolean read = false;
        try {
            reading.read();
            read = true;
        } finally {
            if (!read) {
                first.cut();
                others.forEach(JdbcSession::cut);
            }
        }
    }

    @Override
    public void close() {
        others.forEach(JdbcSession::close);
    }
}
