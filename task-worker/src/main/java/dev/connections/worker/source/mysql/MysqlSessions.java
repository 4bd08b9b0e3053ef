package dev.connections.worker.source.mysql;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The three sessions of a crawl: the driver streams one answer in each. */
final class MysqlSessions implements AutoCloseable {
    private final JdbcSessions sessions;
    private final Crawl crawl;
    private final DatabaseServer address;
    private final List<JdbcSession> open = new ArrayList<>();
    private final MysqlServer server;

    /** Opens the first. */
    MysqlSessions(Crawl crawl, JdbcSessions sessions) throws Exception {
        this.sessions = sessions;
        this.crawl = crawl;
        this.address = JdbcSessions.serverOf(crawl.execution());
        JdbcSession first = sessions.open(crawl.execution(), address, null);
        open.add(first);
        try {
            this.server = MysqlServer.of(forRelations());
        } catch (SQLException e) {
            first.close();
            throw e;
        }
    }

    /** Opens the two others. */
    void openAll() throws Exception {
        while (open.size() < 3) {
            open.add(sessions.open(crawl.execution(), address, null));
        }
    }

    MysqlServer server() {
        return server;
    }

    Connection forRelations() {
        return open.get(0).connection();
    }

    Connection forColumns() {
        return open.get(1).connection();
    }

    Connection forKeys() {
        return open.get(2).connection();
    }

    /** What is read while answers are open. */
    interface Reading {
        void read() throws SQLException;
    }

    /** Reads; where that fails, cuts the sessions before anything is closed, for a driver reads open answers to their ends. */
    void read(Reading reading) throws SQLException {
        boolean read = false;
        try {
            reading.read();
            read = true;
        } finally {
            if (!read) {
                open.forEach(JdbcSession::cut);
            }
        }
    }

    @Override
    public void close() {
        open.forEach(JdbcSession::close);
    }
}
