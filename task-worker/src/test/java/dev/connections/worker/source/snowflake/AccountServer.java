package dev.connections.worker.source.snowflake;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.StandInDatabase;
import dev.connections.worker.source.StubbedServer;
import dev.connections.worker.source.http.TestKey;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** {@link AccountStub} in the words of the contract test. */
final class AccountServer extends StubbedServer {
    private static final String TIME = "1700000000.123000000";

    private final AccountStub stub;

    private AccountServer() {
        this.stub = new AccountStub(new AccountDatabases(StandInDatabase.shared()));
    }

    /** The one that tests share; it ends with their process. */
    static AccountServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final AccountServer SERVER = new AccountServer();
    }

    AccountStub stub() {
        return stub;
    }

    @Override
    public Technology technology() {
        return Technology.SNOWFLAKE;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new SnowflakeSource(dialer);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE, NormalizedType.SCHEMA);
    }

    @Override
    public int port() {
        return stub.port();
    }

    @Override
    public List<ObjectNode> configurations(int port, String database) {
        ObjectNode withToken = configuration(port);
        withToken
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", AccountStub.USER)
                .put("password", AccountStub.TOKEN);
        ObjectNode withKey = configuration(port);
        withKey.putObject("credential")
                .put("authenticationType", "KeyPair")
                .put("username", AccountStub.USER)
                .putObject("privateKey")
                .put("content", TestKey.file("pkcs8-des3.pem"))
                .put("password", TestKey.PASSWORD);
        ObjectNode withSecret = configuration(port);
        withSecret
                .putObject("credential")
                .put("authenticationType", "OAuthWithSecret")
                .put("clientId", AccountStub.CLIENT)
                .put("clientSecret", AccountStub.CLIENT_SECRET)
                .put("authorityUrl", "https://localhost:" + port + "/token")
                .put("scope", "session:role-any");
        ObjectNode withCertificate = configuration(port);
        withCertificate
                .putObject("credential")
                .put("authenticationType", "OAuthWithCertificate")
                .put("clientId", AccountStub.CLIENT)
                .put("authorityUrl", "https://localhost:" + port + "/token")
                .put("scope", "session:role-any")
                .put("publicCertificateThumbprint", "ab".repeat(20))
                .putObject("privateKey")
                .put("content", TestKey.file("pkcs1.pem"));
        return List.of(withToken, withKey, withSecret, withCertificate);
    }

    private static ObjectNode configuration(int port) {
        return Json.object()
                .put("host", "localhost")
                .put("port", port)
                .put("warehouse", "COMPUTE_WH")
                .put("role", "CRAWLER");
    }

    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        configuration.withObject("/credential").put("password", secret);
    }

    @Override
    public void createDatabase(String name) {
        stub.databases().create(name, "STANDARD", null);
    }

    @Override
    public void dropDatabase(String name) {
        stub.databases().drop(name);
    }

    @Override
    public void createSchema(List<String> path) {
        change(
                path,
                "insert into \"SCHEMATA\" (\"SCHEMA_NAME\", \"COMMENT\", \"CREATED\") values (?, ?, ?)",
                path.get(1),
                null,
                TIME);
    }

    @Override
    public void dropSchema(List<String> path) {
        for (String table : List.of("TABLES", "COLUMNS", "VIEWS")) {
            change(path, "delete from \"" + table + "\" where \"TABLE_SCHEMA\" = ?", path.get(1));
        }
        change(path, "delete from \"SCHEMATA\" where \"SCHEMA_NAME\" = ?", path.get(1));
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        create(path, "BASE TABLE");
        change(path, """
                insert into "COLUMNS" ("TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "ORDINAL_POSITION", "DATA_TYPE",
                                       "NUMERIC_PRECISION", "NUMERIC_SCALE")
                select ?, ?, name, number, 'NUMBER', 38, 0 from unnest(?) with ordinality as of(name, number)""", path.get(1), path.get(2), columns.toArray(String[]::new));
    }

    /** Adds a relation without columns. */
    void create(List<String> path, String type) {
        change(
                path,
                "insert into \"TABLES\" values (?, ?, ?, 'NO', 'NO', 'NO', ?, ?, null)",
                path.get(1),
                path.get(2),
                type,
                TIME,
                TIME);
    }

    void change(List<String> path, String sql, @Nullable Object... values) {
        stub.databases().change(path.getFirst(), sql, values);
    }

    @Override
    public void createView(List<String> path, String table) {
        create(path, "VIEW");
        change(path, """
                insert into "COLUMNS" ("TABLE_SCHEMA", "TABLE_NAME", "COLUMN_NAME", "ORDINAL_POSITION", "DATA_TYPE")
                select ?, ?, "COLUMN_NAME", "ORDINAL_POSITION", "DATA_TYPE" from "COLUMNS"
                 where "TABLE_SCHEMA" = ? and "TABLE_NAME" = ?""", path.get(1), path.get(2), path.get(1), table);
        change(path, "insert into \"VIEWS\" values (?, ?, ?)", path.get(1), path.get(2), "select * from " + table);
    }

    @Override
    public void renameTable(List<String> path, String name) {
        for (String table : List.of("TABLES", "COLUMNS")) {
            change(
                    path,
                    "update \"" + table + "\" set \"TABLE_NAME\" = ? where \"TABLE_SCHEMA\" = ? and \"TABLE_NAME\" = ?",
                    name,
                    path.get(1),
                    path.get(2));
        }
    }

    @Override
    public void dropTable(List<String> path) {
        for (String table : List.of("TABLES", "COLUMNS", "VIEWS")) {
            change(
                    path,
                    "delete from \"" + table + "\" where \"TABLE_SCHEMA\" = ? and \"TABLE_NAME\" = ?",
                    path.get(1),
                    path.get(2));
        }
    }

    @Override
    public void dropView(List<String> path) {
        dropTable(path);
    }

    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(255),
                "Bestellung é",
                "{a,b} \\N \t\"q\"",
                "表🐘",
                "%s*?[a]**",
                "'; drop table x; --",
                "two\nlines",
                "..",
                "null");
    }

    @Override
    public AutoCloseable hold(String database) {
        return stub.hold(database);
    }

    @Override
    public boolean isHeld(String database) {
        return stub.isWaiting(database);
    }
}
