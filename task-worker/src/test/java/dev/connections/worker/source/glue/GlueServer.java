package dev.connections.worker.source.glue;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.source.NetworkProperties.Endpoints;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.StubbedServer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@link GlueStub} in the words of the contract test. */
final class GlueServer extends StubbedServer {
    private final GlueStub stub = new GlueStub();

    private GlueServer() {}

    /** The one that tests share; it ends with their process. */
    static GlueServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final GlueServer SERVER = new GlueServer();
    }

    GlueStub stub() {
        return stub;
    }

    @Override
    public Technology technology() {
        return Technology.GLUE;
    }

    @Override
    protected Endpoints endpoints(String address) {
        return new Endpoints(Endpoints.PUBLIC.bigQuery(), Endpoints.PUBLIC.googleTokens(), address);
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new GlueSource(dialer);
    }

    @Override
    public List<NormalizedType> levels() {
        return List.of(NormalizedType.DATABASE);
    }

    @Override
    public int port() {
        return stub.port();
    }

    @Override
    public List<ObjectNode> configurations(int port, String database) {
        ObjectNode ofSession = configuration(GlueStub.SESSION);
        ofSession.put("catalogId", GlueStub.ACCOUNT);
        ofSession.withObject("/credential").put("sessionToken", GlueStub.SESSION.sessionToken());
        return List.of(configuration(GlueStub.KEY), ofSession);
    }

    private static ObjectNode configuration(AwsCredentialsIdentity key) {
        ObjectNode configuration = Json.object().put("region", GlueStub.REGION);
        configuration
                .putObject("credential")
                .put("authenticationType", "AccessKey")
                .put("accessKeyId", key.accessKeyId())
                .put("secretAccessKey", key.secretAccessKey());
        return configuration;
    }

    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        configuration.withObject("/credential").put("secretAccessKey", secret);
    }

    @Override
    public void createDatabase(String name) {
        stub.database(name);
    }

    @Override
    public void dropDatabase(String name) {
        stub.drop(List.of(name));
    }

    @Override
    public void createSchema(List<String> path) {
        throw new UnsupportedOperationException("Glue has no schemas");
    }

    @Override
    public void dropSchema(List<String> path) {
        throw new UnsupportedOperationException("Glue has no schemas");
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        ObjectNode table = stub.table(path, "EXTERNAL_TABLE");
        table.putObject("Parameters").put("classification", "parquet");
        columns.forEach(column -> GlueStub.column(table, column, "int"));
    }

    @Override
    public void createView(List<String> path, String table) {
        ObjectNode view = stub.table(path, "VIRTUAL_VIEW");
        view.put("ViewOriginalText", prestoView("View", "select * from " + table, List.of()));
        view.put("ViewExpandedText", "/* Presto View */");
        view.putObject("Parameters").put("comment", "Presto View").put("presto_view", "true");
        view.withObject("/StorageDescriptor")
                .set(
                        "Columns",
                        stub.table(List.of(path.getFirst(), table), "EXTERNAL_TABLE")
                                .at("/StorageDescriptor/Columns"));
    }

    /** The text of a view as Athena and Trino store it. */
    static String prestoView(String kind, String sql, List<String> columns) {
        ObjectNode json = Json.object()
                .put("originalSql", sql)
                .put("catalog", "awsdatacatalog")
                .put("schema", "shop");
        ArrayNode list = json.putArray("columns");
        columns.forEach(
                column -> list.addObject().put("name", column.split(" ", 2)[0]).put("type", column.split(" ", 2)[1]));
        String base64 = Base64.getEncoder().encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
        return "/* Presto " + kind + ": " + base64 + " */";
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

    @Override
    public List<String> oddNames() {
        return List.of(
                "o".repeat(255),
                "bestellung é",
                "{a,b} \\N \t\"q\"",
                "表🐘",
                "%s*?[a]**",
                "'; drop table x; --",
                "a&b=c#d",
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
