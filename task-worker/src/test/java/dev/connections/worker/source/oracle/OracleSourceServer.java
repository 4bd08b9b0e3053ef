package dev.connections.worker.source.oracle;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.embedded.PostgresServer;
import dev.connections.json.Json;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceServer;
import dev.connections.worker.source.StandInDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for a database: a PostgreSQL with tables whose names and columns are those that Oracle documents of its
 * dictionary, which the crawler's own statements read. It shows what is made of the rows; not that Oracle takes the statements,
 * what it shows to whom, or how long it takes.
 */
final class OracleSourceServer implements SourceServer {
    static final String USER = "contract";
    static final String SECRET = "s3cret-of-contract";

    private static final String RULES = """
            local all all trust
            host all postgres 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256
            """;

    /** Every database is made from this one. */
    private static final String TEMPLATE = "template1";

    private final PostgresServer postgres;
    private final DictionaryConnector connector;

    private OracleSourceServer(PostgresServer postgres) {
        this.postgres = postgres;
        this.connector = new DictionaryConnector(postgres.port());
        postgres.execute(TEMPLATE, OracleDictionary.DEFINITION);
        postgres.execute("postgres", "create role " + USER + " login superuser password '" + SECRET + "'");
        postgres.execute("postgres", "alter role " + USER + " set search_path = dictionary");
    }

    /** The one that tests share; it ends with their process. */
    static OracleSourceServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final OracleSourceServer SERVER = start();
    }

    private static OracleSourceServer start() {
        try {
            Path rules = Files.createTempFile("oracle-rules-", ".conf");
            rules.toFile().deleteOnExit();
            Files.writeString(rules, RULES);
            PostgresServer postgres = PostgresServer.startTemporary(Map.of("hba_file", rules.toString()));
            Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
            return new OracleSourceServer(postgres);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    DictionaryConnector connector() {
        return connector;
    }

    /** Executes a change of the dictionary of a path's database; each question mark is one of the values. */
    void change(List<String> path, String sql, @Nullable Object... values) {
        StandInDatabase.change(postgres, path.getFirst(), "dictionary", sql, values);
    }

    @Override
    public Technology technology() {
        return Technology.ORACLE;
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new OracleSource(dialer, connector);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE, NormalizedType.SCHEMA);
    }

    @Override
    public int port() {
        return postgres.port();
    }

    @Override
    public List<ObjectNode> configurations(int port, String database) {
        ObjectNode configuration =
                Json.object().put("host", "127.0.0.1").put("port", port).put("database", database);
        configuration.putObject("tls").put("mode", "DISABLE");
        configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", USER)
                .put("password", SECRET);
        ObjectNode encrypted = configuration.deepCopy();
        encrypted.withObject("/tls").put("mode", "REQUIRE");
        return port == port() ? List.of(configuration) : List.of(configuration, encrypted);
    }

    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        configuration.withObject("/credential").put("password", secret);
    }

    @Override
    public boolean greets() {
        return false;
    }

    /** A packet that accepts a connection, of which the rest is still to come; for one who waits for TLS it is garbage. */
    @Override
    public String beginningOfAnswer() {
        return "\1\0\0\0\2\0\0\0";
    }

    @Override
    public List<String> garbage() {
        return List.of(
                // Packets without what belongs in them: a redirect, a refusal, data, and one of no type.
                "\0\14\0\0\5\0\0\0\177\377AB", "\0\10\0\0\4\0\0\0", "\0\10\0\0\6\0\0\0", "\0\10\0\0\77\0\0\0");
    }

    @Override
    public void createDatabase(String name) {
        StandInDatabase.create(postgres, name);
    }

    @Override
    public void dropDatabase(String name) {
        // Fails where a crawl left a session in it.
        StandInDatabase.drop(postgres, name);
    }

    @Override
    public void createSchema(List<String> path) {
        change(path, "insert into all_users (username) values (?)", path.get(1));
    }

    @Override
    public void dropSchema(List<String> path) {
        change(path, "call drop_objects(?, null)", path.get(1));
        change(path, "delete from all_users where username = ?", path.get(1));
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        create(path, "TABLE");
        change(path, "insert into all_all_tables (owner, table_name) values (?, ?)", path.get(1), path.get(2));
        change(path, """
                insert into all_tab_cols (owner, table_name, column_id, column_name, data_type, data_length, data_scale)
                select ?, ?, number, name, 'NUMBER', 22, 0 from unnest(?) with ordinality as of(name, number)""", path.get(1), path.get(2), columns.toArray(String[]::new));
    }

    /** Adds a relation without columns. */
    void create(List<String> path, String type) {
        change(
                path,
                "insert into all_objects (owner, object_name, object_type) values (?, ?, ?)",
                path.get(1),
                path.get(2),
                type);
    }

    @Override
    public void createView(List<String> path, String table) {
        create(path, "VIEW");
        change(path, """
                insert into all_tab_cols (owner, table_name, column_id, column_name, data_type, data_length, data_scale)
                select owner, ?, column_id, column_name, data_type, data_length, data_scale from all_tab_cols
                 where owner = ? and table_name = ?""", path.get(2), path.get(1), table);
        change(
                path,
                "insert into all_views (owner, view_name, text) values (?, ?, ?)",
                path.get(1),
                path.get(2),
                "select * from " + table);
    }

    @Override
    public void renameTable(List<String> path, String name) {
        change(path, "call rename_table(?, ?, ?)", path.get(1), path.get(2), name);
    }

    @Override
    public void dropTable(List<String> path) {
        change(path, "call drop_objects(?, ?)", path.get(1), path.get(2));
    }

    @Override
    public void dropView(List<String> path) {
        dropTable(path);
    }

    @Override
    public boolean keepsIds() {
        return true;
    }

    /** A name has 128 bytes and no quote in it. */
    @Override
    public List<String> oddNames() {
        return List.of(
                "O".repeat(128),
                "é".repeat(64),
                "Bestellung/é",
                " {a,b} \\N \t'q' ",
                "表🐘",
                "%s*?[a]**",
                "'; drop table x; --",
                "two\nlines\u0001",
                "..",
                "null",
                "BIN$odd");
    }

    @Override
    public AutoCloseable hold(String database) {
        try {
            Connection holder = postgres.connect(database);
            holder.setAutoCommit(false);
            try (Statement statement = holder.createStatement()) {
                statement.execute("lock table dictionary.all_tab_cols in access exclusive mode");
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
}
