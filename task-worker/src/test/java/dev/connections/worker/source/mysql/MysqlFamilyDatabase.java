package dev.connections.worker.source.mysql;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import tools.jackson.databind.node.ObjectNode;

/** A database of a server of MySQL's protocol for one test, and a connection to it. */
abstract class MysqlFamilyDatabase {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    final MysqlSourceServer server;
    final String database = "crawl" + NUMBER.incrementAndGet();
    final String user = "reader" + NUMBER.get();
    final boolean isMariaDb;
    final SourceConnection fixture;
    private final ObjectNode configuration;

    MysqlFamilyDatabase(MysqlSourceServer server) {
        this.server = server;
        this.isMariaDb = server.technology() == Technology.MARIADB;
        this.configuration = server.configurations(server.port(), database).getFirst();
        this.fixture = new SourceConnection(server, configuration);
        fixture.settings = CatalogFixture.settings(List.of(database + "/**"), List.of());
        server.execute("create database " + database);
    }

    @AfterEach
    void close() {
        fixture.close();
        server.execute("drop database " + database);
    }

    /** From now on the connection logs in as somebody who has only this privilege. */
    void reader(String grant) {
        server.execute(
                "drop user if exists " + user,
                "create user " + user + " identified by '" + MysqlSourceServer.SECRET + "'",
                grant);
        configuration.withObject("/credential").put("username", user);
    }

    void source(String sql) {
        server.execute("use " + database, sql);
    }

    String shown(String what) throws SQLException {
        try (var connection = server.connect();
                var statement = connection.createStatement()) {
            statement.execute("use " + database);
            try (var row = statement.executeQuery("show " + what)) {
                row.next();
                return row.getString(2);
            }
        }
    }

    String value(String expression, String table) {
        return Objects.requireNonNull(
                fixture.valueAt("(" + expression + ")::text", List.of(database, table)), expression);
    }

    List<String> columns(String table, String expression) {
        return columns(table, expression, "true");
    }

    List<String> columns(String table, String expression, String condition) {
        return CatalogFixture.texts(fixture.catalog
                .sql("select (" + expression + ")::text from data_object o, jsonb_array_elements(o.detail -> 'columns')"
                        + " with ordinality as a (c, i) where o.connection_id = :connection and o.name = :name and ("
                        + condition + ") order by i")
                .param("connection", fixture.connectionId)
                .param("name", table));
    }
}
