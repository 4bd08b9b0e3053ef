package dev.connections.worker.source.pgwire;

import dev.connections.catalog.NormalizedType;
import dev.connections.embedded.Postgres;
import dev.connections.json.Json;
import dev.connections.worker.source.SourceServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** A server of PostgreSQL's protocol, which is a PostgreSQL server or stands before one. */
public abstract class WireSourceServer implements SourceServer {
    public static final String USER = "contract";
    public static final String SECRET = "s3cret-of-contract";

    private final Postgres postgres;

    protected WireSourceServer(Postgres postgres) {
        this.postgres = postgres;
    }

    /** The server itself. */
    public final Postgres postgres() {
        return postgres;
    }

    /** Executes statements in the database of a path, as a superuser. */
    public final void execute(List<String> path, String sql) {
        postgres.execute(path.getFirst(), sql);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE, NormalizedType.SCHEMA);
    }

    @Override
    public List<ObjectNode> configurations(int port, String database) {
        return Stream.of("DISABLE", "PREFER")
                .map(mode -> {
                    ObjectNode configuration = Json.object()
                            .put("host", "127.0.0.1")
                            .put("port", port)
                            .put("database", database);
                    configuration.putObject("tls").put("mode", mode);
                    configuration
                            .putObject("credential")
                            .put("authenticationType", "UsernamePassword")
                            .put("username", USER)
                            .put("password", SECRET);
                    return configuration;
                })
                .toList();
    }

    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        configuration.withObject("/credential").put("password", secret);
    }

    @Override
    public boolean greets() {
        return false;
    }

    @Override
    public String beginningOfAnswer() {
        return "E\0\0\0p\0";
    }

    @Override
    public List<String> garbage() {
        return List.of("N", "S", "E\177\377\377\377", "R\0\0\0\10");
    }

    @Override
    public void createDatabase(String name) {
        postgres.execute("postgres", "create database " + quoted(List.of(name)));
    }

    @Override
    public void dropDatabase(String name) {
        // Fails where a crawl left a session in it.
        postgres.execute("postgres", "drop database " + quoted(List.of(name)));
    }

    @Override
    public void createSchema(List<String> path) {
        execute(path, "create schema " + inDatabase(path));
    }

    @Override
    public void dropSchema(List<String> path) {
        execute(path, "drop schema " + inDatabase(path) + " cascade");
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        String definitions =
                columns.stream().map(column -> quoted(List.of(column)) + " int").collect(Collectors.joining(", "));
        execute(path, "create table " + inDatabase(path) + " (" + definitions + ")");
    }

    @Override
    public void createView(List<String> path, String table) {
        List<String> of = List.of(path.get(0), path.get(1), table);
        execute(path, "create view " + inDatabase(path) + " as select * from " + inDatabase(of));
    }

    @Override
    public void renameTable(List<String> path, String name) {
        execute(path, "alter table " + inDatabase(path) + " rename to " + quoted(List.of(name)));
    }

    @Override
    public void dropTable(List<String> path) {
        execute(path, "drop table " + inDatabase(path));
    }

    @Override
    public void dropView(List<String> path) {
        execute(path, "drop view " + inDatabase(path));
    }

    @Override
    public boolean keepsIds() {
        return true;
    }

    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(63),
                "é".repeat(31),
                "Bestellung/é",
                " {a,b} \\N \t\"q\" ",
                "表🐘",
                "%s*?[a]**",
                "'; drop table x; --",
                "two\nlines\u0001",
                "..",
                "null");
    }

    @Override
    public AutoCloseable hold(String database) {
        try {
            Connection holder = postgres.connect(database);
            holder.setAutoCommit(false);
            try (Statement statement = holder.createStatement()) {
                // What has structure in it that a login does not need.
                statement.execute("lock table pg_catalog.pg_attrdef in access exclusive mode");
            }
            return holder;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean isHeld(String database) {
        try (Connection observer = postgres.connect("postgres");
                Statement statement = observer.createStatement();
                ResultSet row = statement.executeQuery("select exists (select from pg_stat_activity where datname = '"
                        + database + "' and application_name like 'connections %' and wait_event_type = 'Lock')")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A path as SQL names it within its database. */
    private static String inDatabase(List<String> path) {
        return quoted(path.subList(1, path.size()));
    }

    private static String quoted(List<String> names) {
        return names.stream()
                .map(name -> '"' + name.replace("\"", "\"\"") + '"')
                .collect(Collectors.joining("."));
    }
}
