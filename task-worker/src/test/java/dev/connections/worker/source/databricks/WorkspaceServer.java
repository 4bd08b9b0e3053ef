package dev.connections.worker.source.databricks;

import dev.connections.catalog.NormalizedType;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.StubbedServer;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** {@link WorkspaceStub} in the words of the contract test. */
final class WorkspaceServer extends StubbedServer {
    private final WorkspaceStub stub = new WorkspaceStub();

    private WorkspaceServer() {}

    /** The one that tests share; it ends with their process. */
    static WorkspaceServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        private static final WorkspaceServer SERVER = new WorkspaceServer();
    }

    WorkspaceStub stub() {
        return stub;
    }

    @Override
    public Technology technology() {
        return Technology.DATABRICKS;
    }

    @Override
    public Source source(SourceDialer dialer) {
        return new DatabricksSource(dialer);
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
                .put("authenticationType", "AccessToken")
                .put("token", WorkspaceStub.TOKEN);
        ObjectNode withSecret = configuration(port);
        withSecret
                .putObject("credential")
                .put("authenticationType", "OAuthWithSecret")
                .put("clientId", WorkspaceStub.CLIENT)
                .put("clientSecret", WorkspaceStub.CLIENT_SECRET);
        return Stream.of(withToken, withSecret).toList();
    }

    private static ObjectNode configuration(int port) {
        return Json.object()
                .put("host", "localhost")
                .put("port", port)
                .put("httpPath", "/sql/1.0/warehouses/" + WarehouseStub.ID);
    }

    @Override
    public void setSecret(ObjectNode configuration, String secret) {
        configuration.withObject("/credential").put("token", secret);
    }

    @Override
    public void createDatabase(String name) {
        stub.catalog(name);
    }

    @Override
    public void dropDatabase(String name) {
        stub.drop(List.of(name));
    }

    @Override
    public void createSchema(List<String> path) {
        stub.schema(path);
    }

    @Override
    public void dropSchema(List<String> path) {
        stub.drop(path);
    }

    @Override
    public void createTable(List<String> path, List<String> columns) {
        ObjectNode table = stub.table(path, "MANAGED").put("data_source_format", "DELTA");
        columns.forEach(column -> WorkspaceStub.column(table, column, "int"));
    }

    @Override
    public void createView(List<String> path, String table) {
        ObjectNode view = stub.table(path, "VIEW").put("view_definition", "select * from " + table);
        view.set(
                "columns",
                stub.table(List.of(path.get(0), path.get(1), table), "MANAGED").path("columns"));
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
    public boolean keepsIds() {
        return true;
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
