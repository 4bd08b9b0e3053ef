package dev.connections.standalone;

import dev.connections.embedded.Mariadb;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The web shop of the same retailer, in a MariaDB. */
record DemoShop(Mariadb server, String password) implements DemoSource {
    private static final String DATABASE = "webshop";
    private static final String USER = "demo";

    /** Creates the tables on the first start; later starts leave them as they are, manual changes included. */
    DemoShop load() {
        server.execute(
                "create database if not exists " + DATABASE,
                "create user if not exists " + USER + " identified by '" + password + "'",
                "grant select, show view on " + DATABASE + ".* to " + USER);
        if (server.isEmpty(DATABASE)) {
            server.execute(statements());
        }
        return this;
    }

    private static String[] statements() {
        try (InputStream in = Objects.requireNonNull(DemoShop.class.getResourceAsStream("/demo/webshop.sql"))) {
            String script = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return script.strip().split(";\\s*\n", -1);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the demo shop", e);
        }
    }

    @Override
    public String key() {
        return "demo-mariadb";
    }

    @Override
    public String title() {
        return "demo web shop";
    }

    @Override
    public String technology() {
        return "MariaDB";
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
        return "jdbc:mariadb://127.0.0.1:" + port() + "/" + DATABASE + "?sslMode=disable&user=" + USER + "&password="
                + password;
    }

    @Override
    public void close() {
        server.close();
    }

    @Override
    public String toString() {
        return "DemoShop[port=" + port() + "]";
    }
}
