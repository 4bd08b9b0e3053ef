package dev.connections.worker.source.databricks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.databricks.WorkspaceStub.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What is read of a stand-in for a workspace. */
class DatabricksCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final WorkspaceServer server = WorkspaceServer.shared();
    private final WorkspaceStub stub = server.stub();
    private final String catalog = "crawl" + NUMBER.incrementAndGet();
    private final List<SourceConnection> connections = new ArrayList<>();
    private final SourceConnection connection =
            connection(server.configurations(server.port(), catalog).getFirst());

    @BeforeEach
    void create() {
        stub.catalog(catalog);
        stub.schema(List.of(catalog, "shop"));
        stub.requests.clear();
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        connections.forEach(SourceConnection::close);
        stub.drop(List.of(catalog));
        stub.drop(List.of(catalog + "_b"));
    }

    @Test
    void columnsHaveTheirTypesAsTheWorkspaceWritesThem() throws Exception {
        ObjectNode table = stub.table(List.of(catalog, "shop", "kinds"), "MANAGED");
        for (String type : List.of(
                "boolean",
                "tinyint",
                "bigint",
                "decimal(10,2)",
                "double",
                "string",
                "char(3)",
                "binary",
                "date",
                "timestamp",
                "timestamp_ntz",
                "interval day to second",
                "array<int>",
                "struct<a:int,b:string>",
                "map<string,int>",
                "variant",
                "geography(4326)",
                "void")) {
            WorkspaceStub.column(table, "c" + table.path("columns").size(), type);
        }

        connection.crawl();

        assertThat(columns("kinds", "c ->> 'name' || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "c0 boolean BOOLEAN",
                        "c1 tinyint INTEGER",
                        "c2 bigint INTEGER",
                        "c3 decimal(10,2) DECIMAL",
                        "c4 double FLOAT",
                        "c5 string STRING",
                        "c6 char(3) STRING",
                        "c7 binary BINARY",
                        "c8 date DATE",
                        "c9 timestamp TIMESTAMP",
                        "c10 timestamp_ntz TIMESTAMP",
                        "c11 interval day to second INTERVAL",
                        "c12 array<int> ARRAY",
                        "c13 struct<a:int,b:string> STRUCT",
                        "c14 map<string,int> MAP",
                        "c15 variant JSON",
                        "c16 geography(4326) GEOGRAPHY",
                        "c17 void OTHER");
    }

    @Test
    void kindsCommentsFormatsAndTimesAreRead() throws Exception {
        stub.catalog(catalog).put("comment", "what is sold");
        stub.schema(List.of(catalog, "information_schema"));
        table("orders", "MANAGED").put("comment", "all orders").put("data_source_format", "DELTA");
        table("files", "EXTERNAL");
        table("stream", "STREAMING_TABLE");
        table("remote", "FOREIGN");
        table("totals", "VIEW").put("view_definition", "select sum(id) from orders");
        table("stored", "MATERIALIZED_VIEW").put("view_definition", "select id from orders");
        table("measures", "METRIC_VIEW").put("view_definition", "version: 0.1");
        table("copy", "MANAGED_SHALLOW_CLONE");
        table("copy_of_files", "EXTERNAL_SHALLOW_CLONE");

        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertThat(connection.list(
                        "name || ' ' || type || ' ' || normalized_type || ' ' || coalesce(remote_type, '')",
                        "cardinality(path) = 3"))
                .containsExactly(
                        "copy TABLE TABLE managed shallow clone",
                        "copy_of_files EXTERNAL_TABLE TABLE external shallow clone",
                        "files EXTERNAL_TABLE TABLE external",
                        "measures METRIC_VIEW VIEW metric view",
                        "orders TABLE TABLE managed",
                        "remote FOREIGN_TABLE TABLE foreign",
                        "stored MATERIALIZED_VIEW VIEW materialized view",
                        "stream STREAMING_TABLE TABLE streaming table",
                        "totals VIEW VIEW view");
        assertThat(connection.valueAt("description", List.of(catalog))).isEqualTo("what is sold");
        assertThat(value("description || ', ' || remote_format", "orders")).isEqualTo("all orders, DELTA");
        assertThat(value("extract(epoch from remote_updated_at)::bigint", "orders"))
                .isEqualTo("1700000000");
        assertThat(value("detail ->> 'viewDefinition'", "totals")).isEqualTo("select sum(id) from orders");
        assertThat(connection.list("name", "cardinality(path) = 2")).containsExactly("shop");
    }

    @Test
    void everyPageOfEveryListIsReadAlsoBehindAnEmptyOne() throws Exception {
        for (int i = 0; i < 5; i++) {
            stub.schema(List.of(catalog, "s" + i));
            for (int j = 0; j < 5; j++) {
                WorkspaceStub.column(stub.table(List.of(catalog, "s" + i, "t" + j), "MANAGED"), "id", "int");
            }
        }

        assertThat(connection.crawl().objects().seen()).isEqualTo(1 + 6 + 25);
    }

    @Test
    void aCrawlAsksForOneListOfSchemasAndOneOfTablesForEach() throws Exception {
        stub.schema(List.of(catalog, "stock"));
        table("orders", "MANAGED");

        connection.crawl();

        String tables = "/api/2.1/unity-catalog/tables?include_browse=true&max_results=20&omit_properties=true"
                + "&omit_username=true&catalog_name=" + catalog + "&schema_name=";
        // Nor the questions whether the statement has ended.
        assertThat(stub.requests.stream().filter(path -> !path.contains("page_token") && !path.contains("statements/")))
                .containsExactly(
                        "/api/2.1/unity-catalog/catalogs?include_browse=true&max_results=0",
                        "/api/2.1/unity-catalog/schemas?include_browse=true&max_results=0&catalog_name=" + catalog,
                        "/api/2.0/sql/warehouses/" + WarehouseStub.ID,
                        "/api/2.0/sql/statements",
                        tables + "shop",
                        tables + "stock");
    }

    @Test
    void aCrawlOfOneTableFindsItWhereverItIsNow() throws Exception {
        stub.schema(List.of(catalog, "stock"));
        table("orders", "MANAGED");
        connection.crawl();
        TaskInput orders = TaskInput.of(connection.idAt(List.of(catalog, "shop", "orders")));
        stub.move(List.of(catalog, "shop", "orders"), "stock");

        CrawlResult result = connection.crawl(orders);

        assertThat(result.objects().missing()).isZero();
        assertThat(connection.idAt(List.of(catalog, "stock", "orders"))).isEqualTo(orders.objectId());
    }

    @Test
    void aWorkspaceThatIsTooBusyIsAskedAgain() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        stub.script = path -> path.contains("/tables") && refused.incrementAndGet() <= 2
                ? Refusal.of(429, "REQUEST_LIMIT_EXCEEDED", "slow down")
                : null;
        table("orders", "MANAGED");

        assertThat(connection.crawl().objects().seen()).isEqualTo(3);
        assertThat(refused.get()).isGreaterThan(2);
    }

    @Test
    void aSchemaThatFailsKeepsWhatIsKnownOfItAndTheOthersAreRead() throws Exception {
        stub.schema(List.of(catalog, "stock"));
        table("orders", "MANAGED");
        WorkspaceStub.column(stub.table(List.of(catalog, "stock", "items"), "MANAGED"), "id", "int");
        connection.crawl();
        stub.drop(List.of(catalog, "shop", "orders"));
        stub.drop(List.of(catalog, "stock", "items"));
        stub.script = path ->
                path.endsWith("schema_name=shop") ? Refusal.of(400, "INVALID_STATE", "the share is gone") : null;

        CrawlResult result = connection.crawl();

        assertThat(connection.list("name", "missing_since is not null")).containsExactly("items");
        assertThat(result.warnings())
                .contains(
                        "these schemas of catalog " + catalog
                                + " could not be read, so what is known of them was kept: shop; the workspace said: the share is gone");
    }

    @Test
    void aCatalogThatFailsIsAWarningUnlessAllDo() throws Exception {
        stub.catalog(catalog + "_b");
        stub.script = path -> path.contains("/schemas") && path.endsWith("=" + catalog)
                ? Refusal.of(403, "PERMISSION_DENIED", "no USE CATALOG")
                : null;
        assertThat(connection.crawl().warnings())
                .contains("catalog " + catalog
                        + " could not be read to its end, so the rest of it was left as it is; the source"
                        + " said: no USE CATALOG");

        stub.script = path -> path.contains("/schemas") ? Refusal.of(403, "PERMISSION_DENIED", "no USE CATALOG") : null;
        assertThat(connection.failedCrawl()).isEqualTo(TaskError.of(ErrorCode.PERMISSION_DENIED, "no USE CATALOG"));
    }

    @Test
    void whatTheAccountMayOnlyBrowseStaysAsItIsKnown() throws Exception {
        ObjectNode orders = table("orders", "MANAGED");
        ObjectNode totals = table("totals", "VIEW").put("view_definition", "select 1");
        connection.crawl();
        orders.remove("columns");
        totals.remove("view_definition");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().updated()).isZero();
        assertThat(columns("orders", "c ->> 'name'")).containsExactly("id");
        assertThat(value("detail ->> 'viewDefinition'", "totals")).isEqualTo("select 1");
        assertThat(result.warnings())
                .contains(
                        "the workspace shows the account no columns of these tables of catalog " + catalog
                                + ", so they were left as they are, or not added: shop/orders",
                        "the workspace shows the account no definitions of these views of catalog " + catalog
                                + ", so what is known of them was kept: shop/totals");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>sign in</html>",
                "[]",
                "{\"catalogs\": {}}",
                "{\"catalogs\": [1]}",
                "{\"catalogs\": [{}]}",
                "{\"catalogs\": [{\"name\": \"a\"}",
                "{\"catalogs\": [], \"next_page_token\": \"again\"}"
            })
    void whatIsNoListIsSaidSo(String body) {
        stub.script = path -> new Refusal(200, body);
        TaskError error = connection.failedCrawl();
        assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
        assertThat(error.message()).isEqualTo("the host answers, but not as a Databricks workspace does");
        assertThat(error.retryable()).isTrue();
    }

    /** An answer is bounded; what it would be as a tree is not. */
    @Test
    void whatNobodyAskedForIsNotKept() throws Exception {
        String empty = "{},".repeat(2_000_000) + "{}";
        stub.script = path -> path.contains("/catalogs")
                ? new Refusal(200, "{\"catalogs\": [{\"name\": \"" + catalog + "\", \"x\": [" + empty + "]}]}")
                : null;
        assertThat(connection.crawl().objects().seen()).isEqualTo(2);
        stub.script = path -> path.contains("/tables")
                ? new Refusal(200, "{\"tables\": [{\"name\": \"t\", \"columns\": [" + empty + "]}]}")
                : null;
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void aPageThatNobodyCanHoldEndsTheRun() {
        connection.limits = Limits.of(Map.of("row", "64KB"));
        stub.script = path -> new Refusal(200, "{\"catalogs\": [{\"name\": \"" + "x".repeat(200_000) + "\"}]}");
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    private ObjectNode table(String name, String type) {
        ObjectNode table = stub.table(List.of(catalog, "shop", name), type);
        WorkspaceStub.column(table, "id", "int");
        return table;
    }

    private SourceConnection connection(ObjectNode configuration) {
        SourceConnection made = new SourceConnection(server, configuration);
        made.settings = CatalogFixture.settings(List.of(catalog + "*/**"), List.of());
        connections.add(made);
        return made;
    }

    private String value(String expression, String relation) {
        return String.valueOf(connection.valueAt(expression, List.of(catalog, "shop", relation)));
    }

    private List<String> columns(String relation, String expression) {
        return connection.columns(List.of(catalog, "shop", relation), expression);
    }
}
