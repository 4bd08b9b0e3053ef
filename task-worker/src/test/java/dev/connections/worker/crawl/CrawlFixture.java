package dev.connections.worker.crawl;

import dev.connections.connection.Technology;
import dev.connections.embedded.Postgres;
import dev.connections.json.Json;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.postgresql.PostgresSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.node.ObjectNode;

/**
 * A connection to one database of a real PostgreSQL server. Its filters leave out every other database.
 */
public final class CrawlFixture extends CatalogFixture {
    private static final Postgres SOURCE = Postgres.startTemporary();
    private static final AtomicInteger NUMBER = new AtomicInteger();

    public final String database;
    private final List<String> others = new ArrayList<>();
    public String user = "postgres";
    public @Nullable String password;
    /** Where the source is reached, or what stands before it. */
    public int port = SOURCE.port();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SOURCE::close));
    }

    public CrawlFixture() {
        this("source_" + NUMBER.incrementAndGet());
    }

    private CrawlFixture(String database) {
        super(Technology.POSTGRESQL, sources(), "key-" + database);
        this.database = database;
        this.settings = settings(List.of(database + "/**"), List.of());
        SOURCE.execute("postgres", "create database " + database);
    }

    /** PostgreSQL alone, as a worker has it. */
    public static Sources sources() {
        return sources(PostgresSource::new, new NetworkProperties(true, Duration.ofSeconds(10)));
    }

    /** The source's server, for more than one connection. */
    public static Postgres server() {
        return SOURCE;
    }

    /** Another database on the same server, which the filters cover from now on; returns its name. */
    public String anotherDatabase() {
        String name = database + "_" + NUMBER.incrementAndGet();
        SOURCE.execute("postgres", "create database " + name);
        cover(name);
        return name;
    }

    /** Renames a database on the server; the filters cover both names. */
    void renameDatabase(String from, String to) {
        SOURCE.execute("postgres", "alter database " + from + " rename to " + to);
        cover(to);
    }

    private void cover(String name) {
        others.add(name);
        List<String> include = new ArrayList<>(settings.crawl().include());
        include.add(name + "/**");
        settings = settings(include, List.of());
    }

    /** Runs statements on any database of the source's server. */
    public void source(String name, String sql) {
        SOURCE.execute(name, sql);
    }

    /** Runs statements on the source's database. */
    public void source(String sql) {
        SOURCE.execute(database, sql);
    }

    /** A session of a superuser at the source's database, in auto-commit mode. */
    public Connection sourceSession() throws SQLException {
        return SOURCE.connect(database);
    }

    public JdbcClient sourceClient() throws SQLException {
        return JdbcClient.create(new org.springframework.jdbc.datasource.SimpleDriverDataSource(
                new org.postgresql.Driver(), SOURCE.jdbcUrl(database) + "?user=postgres"));
    }

    @Override
    protected ObjectNode configuration() {
        var configuration =
                Json.object().put("host", "127.0.0.1").put("port", port).put("database", database);
        var credential = configuration.putObject("credential");
        credential.put("authenticationType", "UsernamePassword").put("username", user);
        if (password != null) {
            credential.put("password", password);
        }
        return configuration;
    }

    /** The id of the object at the path below the database, and of the database without one. */
    public UUID idOf(String... names) {
        return idAt(path(names));
    }

    /** An expression's text for the object at the path below the database. */
    public @Nullable String valueOf(String expression, String... names) {
        return valueAt(expression, path(names));
    }

    private List<String> path(String... names) {
        return Stream.concat(Stream.of(database), Stream.of(names)).toList();
    }

    @Override
    public void close() {
        super.close();
        // Fails where a crawl left a session in it.
        SOURCE.execute("postgres", "drop database if exists " + database);
        others.forEach(name -> SOURCE.execute("postgres", "drop database if exists " + name));
    }
}
