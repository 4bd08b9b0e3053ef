package dev.connections.worker.source.mysql;

import dev.connections.connection.ClientConfiguration.DatabaseServer;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.sql.Connection;
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
        open.add(sessions.open(crawl.execution(), address, null));
        this.server = MysqlServer.of(forRelations());
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

    /** Cuts the sessions, whose answers nobody reads to their ends any more. */
    void cut() {
        open.forEach(JdbcSession::cut);
    }

    @Override
    public void close() {
        open.forEach(JdbcSession::close);
    }
}
