package dev.connections.worker.source.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is read of a stand-in for BigQuery, and with how many requests. */
class BigQueryCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String FIELDS = "?view=BASIC&fields=type,description,creationTime,schema,tableConstraints,"
            + "view/query,materializedView/query,externalDataConfiguration/sourceFormat&prettyPrint=false";

    private final BigQueryServer server = BigQueryServer.shared();
    private final BigQueryStub stub = server.stub();
    private final String project = "crawl-" + NUMBER.incrementAndGet();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), project).getFirst());

    @BeforeEach
    void create() {
        stub.project(project);
        stub.dataset(List.of(project, "shop"));
        stub.requests.clear();
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        connection.close();
        stub.drop(List.of(project));
    }

    @Test
    void columnsHaveTheirTypesAsAStatementWritesThem() throws Exception {
        ObjectNode table = stub.table(List.of(project, "shop", "kinds"), "TABLE");
        for (String type : List.of(
                "INTEGER",
                "FLOAT",
                "BOOLEAN",
                "STRING",
                "BYTES",
                "NUMERIC",
                "BIGNUMERIC",
                "DATE",
                "TIME",
                "DATETIME",
                "TIMESTAMP",
                "INTERVAL",
                "JSON",
                "GEOGRAPHY",
                "NEWER")) {
            BigQueryStub.field(table, type.toLowerCase(Locale.ROOT), type);
        }
        // As in answers, numbers of 64 bits are texts.
        BigQueryStub.field(table, "short", "STRING").put("maxLength", "10");
        BigQueryStub.field(table, "price", "NUMERIC").put("precision", "10").put("scale", "2");
        BigQueryStub.field(table, "whole", "BIGNUMERIC").put("precision", "40");
        BigQueryStub.field(table, "exact", "TIMESTAMP").put("timestampPrecision", "12");
        BigQueryStub.field(table, "usual", "TIMESTAMP").put("timestampPrecision", "6");
        BigQueryStub.field(table, "span", "RANGE").putObject("rangeElementType").put("type", "DATE");
        BigQueryStub.field(table, "other", "FOREIGN").put("foreignTypeDefinition", "varchar(3)");

        connection.crawl();

        assertThat(columns("kinds", "c ->> 'name' || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "integer INT64 INTEGER",
                        "float FLOAT64 FLOAT",
                        "boolean BOOL BOOLEAN",
                        "string STRING STRING",
                        "bytes BYTES BINARY",
                        "numeric NUMERIC DECIMAL",
                        "bignumeric BIGNUMERIC DECIMAL",
                        "date DATE DATE",
                        "time TIME TIME",
                        "datetime DATETIME TIMESTAMP",
                        "timestamp TIMESTAMP TIMESTAMP",
                        "interval INTERVAL INTERVAL",
                        "json JSON JSON",
                        "geography GEOGRAPHY GEOGRAPHY",
                        "newer NEWER OTHER",
                        "short STRING(10) STRING",
                        "price NUMERIC(10, 2) DECIMAL",
                        "whole BIGNUMERIC(40) DECIMAL",
                        "exact TIMESTAMP(12) TIMESTAMP",
                        "usual TIMESTAMP TIMESTAMP",
                        "span RANGE<DATE> OTHER",
                        "other varchar(3) OTHER");
    }

    @Test
    void nestedFieldsArePartOfTheTypeOfTheirColumn() throws Exception {
        ObjectNode table = stub.table(List.of(project, "shop", "orders"), "TABLE");
        ObjectNode lines = BigQueryStub.field(table, "lines", "RECORD").put("mode", "REPEATED");
        BigQueryStub.field(lines, "amount", "NUMERIC").put("precision", "10");
        ObjectNode article = BigQueryStub.field(lines, "article", "STRUCT").put("mode", "REQUIRED");
        BigQueryStub.field(article, "tags", "STRING").put("mode", "REPEATED");
        BigQueryStub.field(article, "a `b\\", "INTEGER");
        BigQueryStub.field(table, "nothing", "RECORD");

        connection.crawl();

        assertThat(columns("orders", "c ->> 'remoteType' || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "ARRAY<STRUCT<amount NUMERIC(10), article STRUCT<tags ARRAY<STRING>, `a \\`b\\\\` INT64>>> ARRAY",
                        "STRUCT<> STRUCT");
    }

    @Test
    void modesDefaultsAndDescriptionsOfColumnsAreRead() throws Exception {
        ObjectNode table = stub.table(List.of(project, "shop", "orders"), "TABLE");
        BigQueryStub.field(table, "id", "INTEGER").put("mode", "REQUIRED").put("description", "the number");
        BigQueryStub.field(table, "made", "TIMESTAMP")
                .put("mode", "NULLABLE")
                .put("defaultValueExpression", "CURRENT_TIMESTAMP()");
        BigQueryStub.field(table, "tags", "STRING").put("mode", "REPEATED").put("description", "");
        BigQueryStub.field(table, "twice", "INTEGER")
                .putObject("generatedColumn")
                .put("generatedMode", "GENERATED_ALWAYS")
                .putObject("generatedExpressionInfo")
                .put("generationExpression", "id * 2");

        connection.crawl();

        assertThat(columns(
                        "orders",
                        "concat_ws(' ', c ->> 'name', c ->> 'nullable', c ->> 'generated', c ->> 'defaultValue',"
                                + " c ->> 'description')"))
                .containsExactly(
                        "id false false the number",
                        "made true false CURRENT_TIMESTAMP()",
                        "tags false false",
                        "twice true true id * 2");
    }

    @Test
    void kindsDescriptionsFormatsTimesAndDefinitionsAreRead() throws Exception {
        stub.dataset(List.of(project, "shop")).put("description", "what is sold");
        stub.dataset(List.of(project, "_hidden"));
        table("orders", "TABLE").put("description", "all orders").put("lastModifiedTime", "1800000000000");
        table("files", "EXTERNAL").putObject("externalDataConfiguration").put("sourceFormat", "PARQUET");
        table("earlier", "SNAPSHOT");
        table("totals", "VIEW").putObject("view").put("query", "select sum(id) from orders");
        table("stored", "MATERIALIZED_VIEW").putObject("materializedView").put("query", "select id from orders");

        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertThat(connection.list(
                        "concat_ws(' ', name, type, normalized_type, remote_type, remote_format)",
                        "cardinality(path) = 3"))
                .containsExactly(
                        "earlier SNAPSHOT TABLE snapshot",
                        "files EXTERNAL_TABLE TABLE external PARQUET",
                        "orders TABLE TABLE table",
                        "stored MATERIALIZED_VIEW VIEW materialized view",
                        "totals VIEW VIEW view");
        assertThat(connection.list("concat_ws(' ', name, description, remote_kind)", "cardinality(path) = 2"))
                .containsExactly("shop what is sold DEFAULT");
        assertThat(value("description", "orders")).isEqualTo("all orders");
        assertThat(value("extract(epoch from remote_created_at)::bigint", "orders"))
                .isEqualTo("1700000000");
        // Of the rows, and not of the structure.
        assertThat(value("remote_updated_at", "orders")).isEqualTo("null");
        assertThat(value("detail ->> 'viewDefinition'", "totals")).isEqualTo("select sum(id) from orders");
        assertThat(value("detail ->> 'viewDefinition'", "stored")).isEqualTo("select id from orders");
    }

    @Test
    void keysAreReadWithWhereTheyLead() throws Exception {
        ObjectNode constraints = table("lines", "TABLE").putObject("tableConstraints");
        constraints.putObject("primaryKey").putArray("columns").add("order_id").add("number");
        ObjectNode key = constraints.putArray("foreignKeys").addObject().put("name", "lines.fk$1");
        key.putObject("referencedTable")
                .put("projectId", project)
                .put("datasetId", "shop")
                .put("tableId", "orders");
        key.putArray("columnReferences")
                .addObject()
                .put("referencingColumn", "order_id")
                .put("referencedColumn", "id");

        connection.crawl();

        assertThat(value("detail -> 'primaryKey'", "lines")).isEqualTo("[\"order_id\", \"number\"]");
        assertThat(value("detail -> 'foreignKeys' -> 0 ->> 'name'", "lines")).isEqualTo("lines.fk$1");
        assertThat(value("detail -> 'foreignKeys' -> 0 -> 'columns'", "lines")).isEqualTo("[\"order_id\"]");
        assertThat(value("detail -> 'foreignKeys' -> 0 -> 'referencedPath'", "lines"))
                .isEqualTo("[\"" + project + "\", \"shop\", \"orders\"]");
        assertThat(value("detail -> 'foreignKeys' -> 0 -> 'referencedColumns'", "lines"))
                .isEqualTo("[\"id\"]");
    }

    @Test
    void everyPageOfEveryListIsReadAlsoBehindAnEmptyOne() throws Exception {
        for (int i = 0; i < 5; i++) {
            stub.dataset(List.of(project, "s" + i));
            for (int j = 0; j < 5; j++) {
                stub.table(List.of(project, "s" + i, "t" + j), "TABLE");
            }
        }
        assertThat(connection.crawl().objects().seen()).isEqualTo(1 + 6 + 25);
    }

    @Test
    void aCrawlAsksForTwoListsAndForEachDatasetAndTableThatTheFiltersCover() throws Exception {
        stub.dataset(List.of(project, "stock"));
        table("orders", "TABLE");
        table("tmp_1", "TABLE");
        connection.settings = CatalogFixture.settings(List.of("**"), List.of("*/stock/**", "*/stock", "**/tmp_*"));
        int logins = stub.tokens.logins();

        connection.crawl();

        String shop = project + "/datasets/shop";
        assertThat(stub.requests)
                .containsExactly(
                        project + "/datasets?all=false&maxResults=1000"
                                + "&fields=kind,nextPageToken,datasets(datasetReference/datasetId)&prettyPrint=false",
                        shop + "?datasetView=METADATA&fields=type,description,creationTime" + "&prettyPrint=false",
                        shop + "/tables?maxResults=1000&fields=kind,nextPageToken,tables(tableReference/tableId)"
                                + "&prettyPrint=false",
                        shop + "/tables/orders" + FIELDS);
        assertThat(stub.tokens.logins()).isEqualTo(logins + 1);
    }

    @Test
    void aCrawlOfOneTableAsksForItAndItsDataset() throws Exception {
        table("orders", "TABLE");
        table("returns", "TABLE");
        connection.crawl();
        TaskInput orders = TaskInput.of(connection.idAt(List.of(project, "shop", "orders")));
        stub.requests.clear();

        assertThat(connection.crawl(orders).objects()).isEqualTo(new CrawlResult.Objects(1, 0, 0, 1, 0, 0));

        assertThat(stub.requests)
                .extracting(path -> path.split("\\?", 2)[0])
                .containsExactly(project + "/datasets/shop", project + "/datasets/shop/tables/orders");
        stub.drop(List.of(project, "shop", "orders"));
        assertThat(connection.crawl(orders).objects().missing()).isEqualTo(1);
    }

    /** A change of the data is one to BigQuery; nothing cheaper says that a table is as it was. */
    @Test
    void aProjectWhoseRowsChangedIsReadAsOftenAsAnotherAndIsUnchanged() throws Exception {
        ObjectNode orders = table("orders", "TABLE");
        connection.crawl();
        int requests = stub.requests.size();
        orders.put("lastModifiedTime", "1900000000000");
        stub.dataset(List.of(project, "shop")).put("lastModifiedTime", "1900000000000");
        assertThat(connection.crawl().objects().updated()).isZero();
        assertThat(stub.requests).hasSize(2 * requests);
    }

    @Test
    void tablesAreKnownByPathsOfWhichNoTwoAreAlike() throws Exception {
        stub.dataset(List.of(project, "a`.`b"));
        stub.dataset(List.of(project, "a"));
        stub.table(List.of(project, "a`.`b", "c"), "TABLE");
        stub.table(List.of(project, "a", "b`.`c"), "TABLE");
        stub.table(List.of(project, "a", "b\\"), "TABLE");
        stub.table(List.of(project, "a", "b\\\\"), "TABLE");
        connection.crawl();
        assertThat(connection.list("remote_id", "cardinality(path) = 3"))
                .hasSize(4)
                .doesNotHaveDuplicates();
    }

    private ObjectNode table(String name, String type) {
        ObjectNode table = stub.table(List.of(project, "shop", name), type);
        if (!table.has("schema")) {
            BigQueryStub.field(table, "id", "INTEGER");
        }
        return table;
    }

    private String value(String expression, String relation) {
        return String.valueOf(connection.valueAt(expression, List.of(project, "shop", relation)));
    }

    private List<String> columns(String relation, String expression) {
        return connection.columns(List.of(project, "shop", relation), expression);
    }
}
