package dev.connections.worker.source.sqlserver;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.embedded.Postgres;
import dev.connections.json.Json;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceServer;
import dev.connections.worker.source.StubCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** {@link TdsServer} in the words of the contract test. */
final class SqlServerSourceServer implements SourceServer {
    private final SqlServerDatabases databases;
    private final TdsServer server;

    private SqlServerSourceServer(Postgres postgres) {
        this.databases = new SqlServerDatabases(postgres);
        this.server = new TdsServer(databases, StubCertificate.shared().context());
    }

    /** The one that tests share; it ends with their process. */
    static SqlServerSourceServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final SqlServerSourceServer SERVER = start();
    }

    private static SqlServerSourceServer start() {
        Postgres postgres = Postgres.startTemporary();
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
        return new SqlServerSourceServer(postgres);
    }

    TdsServer server() {
        return server;
    }

    SqlServerDatabases databases() {
        return databases;
    }

    @Override
    public Technology technology() {
        return Technology.SQL_SERVER;
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new SqlServerSource(dialer);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE, NormalizedType.SCHEMA);
    }

    @Override
    public int port() {
        return server.port();
    }

    @Override
    public List<ObjectNode> configurations(int port, String database) {
        return Stream.of("VERIFY_FULL", "VERIFY_CA")
                .map(mode -> configuration(port, database, mode))
                .toList();
    }

    static ObjectNode configuration(int port, String database, String mode) {
        ObjectNode configuration =
                Json.object().put("host", "localhost").put("port", port).put("database", database);
        configuration.putObject("tls").put("mode", mode).put("caCertificate", authority());
        configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", TdsServer.USER)
                .put("password", TdsServer.SECRET);
        return configuration;
    }

    private static String authority() {
        try {
            return Files.readString(StubCertificate.shared().authority());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
        return "\4\1\1\0\0\0\1\0";
    }

    @Override
    public List<String> garbage() {
        return List.of("220 welcome\r\n", "\4\1\0\10\0\0\1\0", "\4\1\0\11\0\0\1\0\377", "\4\1\177\377\0\0\1\0");
    }

    @Override
    public void createDatabase(String name) {
        databases.create(name);
    }

    @Override
    public void dropDatabase(String name) {
        databases.drop(name);
    }

    @Override
    public void createSchema(List<String> path) {
        change(
                path,
                "insert into sys.schemas select max(schema_id) + 1, ? from sys.schemas where schema_id < 16384",
                path.get(1));
    }

    @Override
    public void dropSchema(List<String> path) {
        change(
                path,
                "delete from sys.objects where schema_id = (select schema_id from sys.schemas where name = ?)",
                path.get(1));
        change(path, "delete from sys.schemas where name = ?", path.get(1));
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        create(path, "U");
        change(path, "insert into sys.tables (object_id) values (" + id(path) + ")");
        change(
                path,
                "insert into sys.columns (object_id, column_id, name) select " + id(path)
                        + ", number, name from unnest(?) with ordinality as of(name, number)",
                (Object) columns.toArray(String[]::new));
    }

    /** Adds a relation without columns. */
    void create(List<String> path, String type) {
        change(
                path,
                "insert into sys.objects (name, schema_id, type) select ?, schema_id, ? from sys.schemas where name = ?",
                path.get(2),
                type,
                path.get(1));
    }

    void change(List<String> path, String sql, Object... values) {
        databases.change(path.getFirst(), sql, values);
    }

    /** The id of a relation, as a statement has it. */
    static String id(List<String> path) {
        return "(select object_id from sys.objects join sys.schemas using (schema_id) where objects.name = '"
                + path.get(2).replace("'", "''") + "' and schemas.name = '"
                + path.get(1).replace("'", "''") + "')";
    }

    @Override
    public void createView(List<String> path, String table) {
        create(path, "V");
        String of = id(List.of(path.get(0), path.get(1), table));
        change(
                path,
                "insert into sys.columns (object_id, column_id, name) select " + id(path)
                        + ", column_id, name from sys.columns where object_id = " + of);
        change(
                path,
                "insert into sys.sql_modules values (" + id(path) + ", ?)",
                "CREATE VIEW " + path.get(2) + " AS SELECT * FROM " + table);
    }

    @Override
    public void renameTable(List<String> path, String name) {
        change(path, "update sys.objects set name = ? where object_id = " + id(path), name);
    }

    @Override
    public void dropTable(List<String> path) {
        change(path, "delete from sys.objects where object_id = " + id(path));
    }

    @Override
    public void dropView(List<String> path) {
        dropTable(path);
    }

    @Override
    public boolean keepsIds() {
        return true;
    }

    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(128),
                "Bestellung é",
                " {a,b} \\N \t\"q\" ",
                "[x].[y]]",
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
            Connection holder = databases.postgres().connect(database);
            holder.setAutoCommit(false);
            try (Statement statement = holder.createStatement()) {
                statement.execute("lock table sys.columns in access exclusive mode");
            }
            return holder;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean isHeld(String database) {
        try (Connection observer = databases.postgres().connect("postgres");
                Statement statement = observer.createStatement();
                ResultSet row = statement.executeQuery("select exists (select from pg_stat_activity where datname = '"
                        + database + "' and application_name like 'connections %' and wait_event_type = 'Lock')")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
