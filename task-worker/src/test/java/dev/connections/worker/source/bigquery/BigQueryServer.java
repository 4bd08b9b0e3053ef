package dev.connections.worker.source.bigquery;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.source.NetworkProperties.Endpoints;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.StubbedServer;
import dev.connections.worker.source.http.TestKey;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** {@link BigQueryStub} in the words of the contract test. */
final class BigQueryServer extends StubbedServer {
    private final BigQueryStub stub = new BigQueryStub();

    private BigQueryServer() {}

    /** The one that tests share; it ends with their process. */
    static BigQueryServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final BigQueryServer SERVER = new BigQueryServer();
    }

    BigQueryStub stub() {
        return stub;
    }

    @Override
    public Technology technology() {
        return Technology.BIG_QUERY;
    }

    @Override
    protected Endpoints endpoints(String address) {
        return new Endpoints(address, address, Endpoints.PUBLIC.glue());
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new BigQuerySource(dialer);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE, NormalizedType.SCHEMA);
    }

    @Override
    public int port() {
        return stub.port();
    }

    /** The port is that of the worker's network, for connections have none. */
    @Override
    public List<ObjectNode> configurations(int port, String database) {
        ObjectNode configuration = Json.object().put("projectId", database);
        configuration
                .putObject("credential")
                .put("authenticationType", "ServiceAccountKey")
                .putObject("key")
                .put("content", TokenStub.keyFile());
        return List.of(configuration);
    }

    static void setKey(ObjectNode configuration, String content) {
        configuration.withObject("/credential/key").put("content", content);
    }

    /** A key of an id that the account has not. */
    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        setKey(configuration, TokenStub.keyFile(secret, TestKey.file("pkcs8.pem")));
    }

    @Override
    public void createDatabase(String name) {
        stub.project(name);
    }

    @Override
    public void dropDatabase(String name) {
        stub.drop(List.of(name));
    }

    @Override
    public void createSchema(List<String> path) {
        stub.dataset(path);
    }

    @Override
    public void dropSchema(List<String> path) {
        stub.drop(path);
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        ObjectNode table = stub.table(path, "TABLE");
        columns.forEach(column -> BigQueryStub.field(table, column, "INTEGER"));
    }

    @Override
    public void createView(List<String> path, String table) {
        ObjectNode view = stub.table(path, "VIEW");
        view.putObject("view").put("query", "select * from " + table).put("useLegacySql", false);
        view.set(
                "schema",
                stub.table(List.of(path.get(0), path.get(1), table), "TABLE").path("schema"));
    }

    @Override
    public void renameTable(List<String> path, String name) {
        stub.rename(path, name);
    }

    @Override
    public void dropTable(List<String> path) {
        stub.drop(path);
    }

    @Override
    public void dropView(List<String> path) {
        stub.drop(path);
    }

    /** The longest name and what BigQuery allows in one, and some that only a hostile server has. */
    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(1_024),
                "表".repeat(341),
                "Bestellung é-1_2 2026",
                "‿⁀",
                "{a,b} \\N \t\"q\"",
                "🐘`\\",
                "%s*?[a]**",
                "'; drop table x; --",
                "a&b=c#d+e/f",
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
