package dev.connections.standalone;

import dev.connections.embedded.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;

/** The warehouse of a made-up retailer, in a PostgreSQL server of its own. */
record DemoWarehouse(PostgresServer server, String password) implements DemoSource {
    static final String DATABASE = "warehouse";
    static final String USER = "demo";

    private static final List<String> SCRIPTS = List.of(
            "1-crm.sql", "2-assortment.sql", "3-inventory.sql", "4-sales.sql", "5-finance.sql", "6-analytics.sql");
    /** The server's other databases are empty, so the demo's account may not connect to them. */
    private static final String ONLY_THE_WAREHOUSE = """
            revoke connect on database postgres, template1 from public;
            alter role demo createdb;
            """;

    private static final String IS_LOADED = "select from pg_namespace where nspname = 'analytics'";

    /** Creates the database on the first start; later starts leave it as it is, manual changes included. */
    DemoWarehouse load() {
        server.createDatabase(DATABASE, USER, password);
        server.execute("postgres", ONLY_THE_WAREHOUSE);
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(DATABASE), USER, password);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            if (!isLoaded(statement)) {
                for (String script : SCRIPTS) {
                    statement.execute(read(script));
                }
                statement.execute("refresh materialized view analytics.daily_revenue");
            }
            connection.commit();
            return this;
        } catch (SQLException e) {
            throw new IllegalStateException("cannot load the demo warehouse", e);
        }
    }

    @Override
    public String key() {
        return "demo";
    }

    @Override
    public String title() {
        return "demo warehouse";
    }

    @Override
    public String technology() {
        return "PostgreSQL";
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public String database() {
        return DATABASE;
    }

    @Override
    public String user() {
        return USER;
    }

    @Override
    public String jdbcUrl() {
        return server.jdbcUrl(DATABASE) + "?user=" + USER + "&password=" + password;
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public String toString() {
        return "DemoWarehouse[port=" + server.port() + "]";
    }

    private static boolean isLoaded(Statement statement) throws SQLException {
        try (var rows = statement.executeQuery(IS_LOADED)) {
            return rows.next();
        }
    }

    private static String read(String script) {
        try (InputStream in = Objects.requireNonNull(DemoWarehouse.class.getResourceAsStream("/demo/" + script))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + script, e);
        }
    }
}
