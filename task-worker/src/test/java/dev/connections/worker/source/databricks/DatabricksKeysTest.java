package dev.connections.worker.source.databricks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.databricks.WorkspaceStub.Refusal;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Keys, which are read by statements on a stand-in for a SQL warehouse while that runs. */
class DatabricksKeysTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final WorkspaceServer server = WorkspaceServer.shared();
    private final WorkspaceStub stub = server.stub();
    private final WarehouseStub warehouse = stub.warehouse();
    private final String catalog = "keys" + NUMBER.incrementAndGet();
    private final List<String> orders = List.of(catalog, "shop", "orders");
    private final List<String> lines = List.of(catalog, "shop", "li`nes \"é");
    private SourceConnection connection =
            connection(server.configurations(server.port(), catalog).getFirst());

    @BeforeEach
    void create() {
        stub.catalog(catalog);
        stub.schema(List.of(catalog, "shop"));
        stub.schema(List.of(catalog, "stock"));
        server.createTable(orders, List.of("id", "day"));
        server.createTable(lines, List.of("order_day", "order_id", "item"));
        server.createTable(List.of(catalog, "stock", "items"), List.of("id"));
        warehouse.primaryKey(orders, "orders_pk", List.of("id", "day"));
        warehouse.primaryKey(List.of(catalog, "stock", "items"), "pk", List.of("id"));
        warehouse.foreignKey(lines, "of_order", List.of("order_id", "order_day"), orders, "orders_pk");
        warehouse.foreignKey(lines, "of_item", List.of("item"), List.of(catalog, "stock", "items"), "pk");
        warehouse.sent.clear();
        stub.requests.clear();
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        warehouse.state = "RUNNING";
        warehouse.error = null;
        warehouse.holds = false;
        connection.close();
        warehouse.dropKeys(catalog);
        stub.drop(List.of(catalog));
    }

    @Test
    void keysAreReadInTheirOrderByOneStatementForACatalog() throws Exception {
        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertThat(primaryKey(orders)).isEqualTo("[\"id\", \"day\"]");
        assertThat(connection.valueAt("detail ->> 'foreignKeys'", lines))
                .isEqualTo("[" + foreignKey("of_item", "\"item\"", List.of(catalog, "stock", "items"), "\"id\"") + ", "
                        + foreignKey("of_order", "\"order_id\", \"order_day\"", orders, "\"id\", \"day\"") + "]");
        assertThat(warehouse.sent).hasSize(1);
        assertThat(stub.requests.stream().filter(path -> path.contains("/warehouses/")))
                .hasSize(1);
    }

    private static String foreignKey(String name, String columns, List<String> path, String referenced) {
        return "{\"name\": \"" + name + "\", \"columns\": [" + columns + "], \"referencedPath\": [\""
                + String.join("\", \"", path) + "\"], \"referencedColumns\": [" + referenced + "]}";
    }

    @Test
    void anUnchangedSourceIsUnchangedWithItsKeys() throws Exception {
        connection.crawl();
        assertThat(connection.crawl().objects().updated()).isZero();
        warehouse.dropKeys(catalog);
        assertThat(connection.crawl().objects().updated()).isEqualTo(3);
        assertThat(primaryKey(orders)).isEqualTo("[]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"STOPPED", "STARTING", "DELETED"})
    void aWarehouseThatDoesNotRunIsNotStartedAndKeysStayAsTheyAreKnown(String state) throws Exception {
        connection.crawl();
        warehouse.sent.clear();
        warehouse.state = state;
        warehouse.dropKeys(catalog);

        CrawlResult result = connection.crawl();

        assertThat(result.objects().updated()).isZero();
        assertThat(primaryKey(orders)).isEqualTo("[\"id\", \"day\"]");
        assertThat(warehouse.sent).isEmpty();
        assertThat(result.warnings())
                .contains("keys were not read, so what is known of them was kept: the SQL warehouse of the connection's"
                        + " httpPath is not running (" + state + "), and a crawl starts none");
    }

    @Test
    void aPathThatLeadsToNoWarehouseIsSaidSo() throws Exception {
        ObjectNode configuration = server.configurations(server.port(), catalog).getFirst();
        connection.close();
        connection = connection(configuration.put("httpPath", "sql/protocolv1/o/1/0123-cluster"));
        assertThat(connection.crawl().warnings())
                .contains(
                        "keys were not read, so what is known of them was kept: the connection's httpPath leads to no SQL"
                                + " warehouse (/sql/1.0/warehouses/<id>)");
        assertThat(warehouse.sent).isEmpty();
    }

    @Test
    void aStatementThatFailsIsAWarningAndKeysStayAsTheyAreKnown() throws Exception {
        connection.crawl();
        warehouse.error = Json.object().put("error_code", "BAD_REQUEST").put("message", "the result is too large");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().updated()).isZero();
        assertThat(result.warnings())
                .contains("the keys of catalog " + catalog
                        + " could not be read, so what is known of them was kept; the workspace said: the result is too"
                        + " large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/warehouses/", "/statements"})
    void aRefusalIsAWarningButOneOfTheTokenEndsTheRun(String at) throws Exception {
        stub.script = path -> path.contains(at) ? Refusal.of(403, "PERMISSION_DENIED", "no CAN USE") : null;
        assertThat(connection.crawl().warnings())
                .contains("the keys of catalog " + catalog
                        + " could not be read, so what is known of them was kept; the workspace said: no CAN USE");
        stub.script = path -> path.contains(at) ? Refusal.of(403, "403", "Invalid access token.") : null;
        assertThat(connection.failedCrawl())
                .isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "Invalid access token."));
    }

    @Test
    void aCrawlOfOneTableAsksForItsKeysOnly() throws Exception {
        connection.crawl();
        warehouse.sent.clear();
        connection.crawl(TaskInput.of(connection.idAt(lines)));
        assertThat(warehouse.sent)
                .singleElement()
                .satisfies(body -> assertThat(body.path("parameters"))
                        .map(parameter -> parameter.path("value").stringValue())
                        .containsExactlyInAnyOrderElementsOf(lines));
        assertThat(connection.valueAt("jsonb_array_length(detail -> 'foreignKeys')::text", lines))
                .isEqualTo("2");
    }

    /** Or the warehouse would work, and cost, for nobody. */
    @Test
    void aStopCancelsTheStatement() throws Exception {
        warehouse.holds = true;
        Execution execution = connection.execution(TaskType.CRAWL, TaskInput.DEFAULT);
        CompletableFuture<Throwable> thrown =
                CompletableFuture.supplyAsync(() -> catchThrowable(() -> connection.read(execution)));
        await().until(warehouse::isRunning);
        execution.stop(Execution.StopReason.CANCELED);
        assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        await().until(() -> !warehouse.isRunning());
    }

    /** What does not come is not gone. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{}", "{\"data_array\": []}", "{\"data_array\": [[\"too\", \"few\"]]}", "{\"data_array\": 1}"})
    void chunksThatAreMissingEndTheRun(String body) {
        stub.script = path -> path.contains("/result/chunks/") ? new Refusal(200, body) : null;
        assertThat(connection.failedCrawl().message())
                .isEqualTo("the host answers, but not as a Databricks workspace does");
    }

    private SourceConnection connection(ObjectNode configuration) {
        SourceConnection made = new SourceConnection(server, configuration);
        made.settings = CatalogFixture.settings(List.of(catalog + "*/**"), List.of());
        return made;
    }

    private String primaryKey(List<String> path) {
        return String.valueOf(connection.valueAt("detail ->> 'primaryKey'", path));
    }
}
