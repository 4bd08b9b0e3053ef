package dev.connections.worker.source.glue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourcePage;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.glue.GlueStub.Refusal;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is read of a stand-in for Glue, and with how many requests. */
class GlueCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final GlueServer server = GlueServer.shared();
    private final GlueStub stub = server.stub();
    private final String database = "crawl" + NUMBER.incrementAndGet();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), database).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        stub.database(database);
        stub.requests.clear();
    }

    @AfterEach
    void close() {
        connection.close();
        stub.drop(List.of(database));
        stub.drop(List.of(database + "_b"));
    }

    @Test
    void columnsHaveTheirTypesAsGlueWritesThemAndThoseOfPartitionsComeLast() throws Exception {
        ObjectNode table = stub.table(List.of(database, "kinds"), "EXTERNAL_TABLE");
        List<String> types = List.of(
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
                "interval_day_time",
                "array<struct<a:int,b:string>>",
                "struct<a:int>",
                "map<string,int>",
                "uniontype<int,string>");
        types.forEach(type -> GlueStub.column(table, "c", type));
        table.putArray("PartitionKeys")
                .addObject()
                .put("Name", "day")
                .put("Type", "date")
                .put("Comment", "of the order");

        connection.crawl();

        assertThat(columns(
                        "kinds", "c ->> 'ordinal' || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "1 boolean BOOLEAN",
                        "2 tinyint INTEGER",
                        "3 bigint INTEGER",
                        "4 decimal(10,2) DECIMAL",
                        "5 double FLOAT",
                        "6 string STRING",
                        "7 char(3) STRING",
                        "8 binary BINARY",
                        "9 date DATE",
                        "10 timestamp TIMESTAMP",
                        "11 interval_day_time INTERVAL",
                        "12 array<struct<a:int,b:string>> ARRAY",
                        "13 struct<a:int> STRUCT",
                        "14 map<string,int> MAP",
                        "15 uniontype<int,string> OTHER",
                        "16 date DATE");
        assertThat(columns("kinds", "(c ->> 'name') || ' ' || coalesce(c ->> 'description', '')"))
                .endsWith("day of the order");
    }

    @Test
    void kindsCommentsFormatsAndTimesAreRead() throws Exception {
        stub.database(database).put("Description", "what is sold");
        table("orders", "EXTERNAL_TABLE")
                .put("Description", "all orders")
                .putObject("Parameters")
                .put("classification", "parquet");
        table("lake", "EXTERNAL_TABLE")
                .putObject("Parameters")
                .put("table_type", "ICEBERG")
                .put("classification", "parquet")
                .put("comment", "of the lake");
        table("old", "GOVERNED");
        table("hive", "MANAGED_TABLE");
        table("none", "").remove("TableType");
        table("totals", "VIRTUAL_VIEW").put("ViewOriginalText", "select sum(id) from orders");
        table("stored", "EXTERNAL_TABLE").put("IsMaterializedView", true).put("ViewOriginalText", "select 1");
        table("many", "VIRTUAL_VIEW")
                .put("IsMultiDialectView", true)
                .putObject("ViewDefinition")
                .putArray("Representations")
                .addObject()
                .put("Dialect", "SPARK")
                .put("ViewOriginalText", "select 2");

        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertThat(connection.list(
                        "name || ' ' || type || ' ' || normalized_type || ' ' || remote_type", "cardinality(path) = 2"))
                .containsExactlyInAnyOrder(
                        "hive TABLE TABLE managed table",
                        "lake EXTERNAL_TABLE TABLE external table",
                        "many VIEW VIEW virtual view",
                        "none TABLE TABLE table",
                        "old GOVERNED_TABLE TABLE governed",
                        "orders EXTERNAL_TABLE TABLE external table",
                        "stored MATERIALIZED_VIEW VIEW external table",
                        "totals VIEW VIEW virtual view");
        assertThat(connection.valueAt("description", List.of(database))).isEqualTo("what is sold");
        assertThat(value("description || ', ' || remote_format", "orders")).isEqualTo("all orders, parquet");
        assertThat(value("description || ', ' || remote_format", "lake")).isEqualTo("of the lake, ICEBERG");
        assertThat(value(
                        "extract(epoch from remote_created_at) || ' ' || extract(epoch from remote_updated_at)",
                        "orders"))
                .isEqualTo("1700000000.000000 1700000000.250000");
        assertThat(value("detail ->> 'viewDefinition'", "totals")).isEqualTo("select sum(id) from orders");
        assertThat(value("detail ->> 'viewDefinition'", "many")).isEqualTo("select 2");
    }

    /** What a change of a table in Glue says depends on its format: Iceberg makes one of each commit. */
    @Test
    void aWriteToAnIcebergTableIsNoChangeOfIt() throws Exception {
        ObjectNode lake = table("lake", "EXTERNAL_TABLE");
        lake.putObject("Parameters").put("table_type", "ICEBERG").put("metadata_location", "s3://bucket/lake/1.json");
        ObjectNode orders = table("orders", "EXTERNAL_TABLE");
        connection.crawl();
        assertThat(value("remote_updated_at::text", "lake")).isEqualTo("null");

        lake.put("UpdateTime", 1_700_000_060.5).put("VersionId", "1");
        lake.withObject("/Parameters").put("metadata_location", "s3://bucket/lake/2.json");
        assertThat(connection.crawl().objects()).isEqualTo(new CrawlResult.Objects(3, 0, 0, 3, 0, 0));

        GlueStub.column(lake, "note", "string");
        orders.put("UpdateTime", 1_700_000_060.5);
        assertThat(connection.crawl().objects().updated()).isEqualTo(2);
        assertThat(columns("lake", "c ->> 'name'")).containsExactly("id", "note");
    }

    /** Athena gives a view columns of Hive; Trino gives it one that means nothing, and its own in the text. */
    @Test
    void viewsOfAthenaAndTrinoAreDecoded() throws Exception {
        ObjectNode athena = table("athena", "VIRTUAL_VIEW");
        athena.putObject("Parameters").put("comment", "Presto View");
        athena.put("ViewOriginalText", GlueServer.prestoView("View", "select 'é'", List.of("id integer")));
        athena.put("ViewExpandedText", "/* Presto View */");
        for (String kind : List.of("View", "Materialized View")) {
            ObjectNode trino = stub.table(List.of(database, "trino" + kind.length()), "VIRTUAL_VIEW");
            GlueStub.column(trino, "dummy", "string");
            trino.put(
                    "ViewOriginalText",
                    GlueServer.prestoView(kind, "select 1", List.of("a varchar(3)", "b row(x integer)")));
        }
        ObjectNode wide = stub.table(List.of(database, "wide"), "VIRTUAL_VIEW");
        wide.put("ViewOriginalText", GlueServer.prestoView("View", "select 1", List.of("c".repeat(256) + " integer")));
        for (String odd : List.of("/* Presto View: ??? */", "/* Presto View: W10= */", "/* Presto View: e30= */")) {
            stub.table(List.of(database, "odd" + odd.hashCode()), "VIRTUAL_VIEW")
                    .put("ViewOriginalText", odd);
        }

        connection.crawl();

        assertThat(value("detail ->> 'viewDefinition'", "athena")).isEqualTo("select 'é'");
        assertThat(value("description", "athena")).isEqualTo("null");
        assertThat(columns("athena", "(c ->> 'name') || ' ' || (c ->> 'remoteType')"))
                .containsExactly("id int");
        assertThat(columns(
                        "trino4", "(c ->> 'name') || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly("a varchar(3) STRING", "b row(x integer) STRUCT");
        assertThat(columns("wide", "c ->> 'name'")).isEmpty();
        assertThat(value("type || ' ' || (detail ->> 'viewDefinition')", "trino17"))
                .isEqualTo("MATERIALIZED_VIEW select 1");
        assertThat(connection.list("detail ->> 'viewDefinition'", "name like 'odd%'"))
                .containsExactlyInAnyOrder(
                        "/* Presto View: ??? */", "/* Presto View: W10= */", "/* Presto View: e30= */");
    }

    /** A link to a database that is gone has no tables to ask for; what is known of them stays, of one as of all. */
    @Test
    void whatIsBehindALinkThatLeadsNowhereStaysAsItIsKnown() throws Exception {
        table("orders", "EXTERNAL_TABLE");
        connection.crawl();
        TaskInput orders = TaskInput.of(connection.idAt(List.of(database, "orders")));
        stub.script = (action, asked) ->
                action.equals("GetDatabases") ? null : Refusal.of(400, "EntityNotFoundException", "no such database");
        try {
            for (TaskInput input : List.of(TaskInput.DEFAULT, orders)) {
                CrawlResult result = connection.crawl(input);
                assertThat(result.objects().missing()).isZero();
                assertThat(result.warnings())
                        .contains("Glue has no database " + database
                                + " when asked for its tables, so what is known of it"
                                + " was kept; it was dropped at that moment, or is a link to one that is gone");
            }
        } finally {
            stub.script = (action, asked) -> null;
        }
        stub.drop(List.of(database, "orders"));
        assertThat(connection.crawl(orders).objects().missing()).isEqualTo(1);
    }

    @Test
    void columnsThatAnIcebergTableHadBeforeAreLeftOut() throws Exception {
        ObjectNode table = stub.table(List.of(database, "lake"), "EXTERNAL_TABLE");
        GlueStub.column(table, "id", "bigint")
                .putObject("Parameters")
                .put("iceberg.field.id", "1")
                .put("iceberg.field.optional", "false")
                .put("iceberg.field.current", "true");
        GlueStub.column(table, "gone", "int").putObject("Parameters").put("iceberg.field.current", "false");
        GlueStub.column(table, "note", "string").putObject("Parameters").put("iceberg.field.optional", "true");

        connection.crawl();

        assertThat(columns("lake", "c ->> 'ordinal' || ' ' || (c ->> 'name') || ' ' || (c ->> 'nullable')"))
                .containsExactly("1 id false", "2 note true");
    }

    @Test
    void aResourceLinkIsReadAsWhatItLeadsToAndKeptWhereThatIsHidden() throws Exception {
        ObjectNode open = table("open", "EXTERNAL_TABLE");
        open.putObject("TargetTable")
                .put("CatalogId", "210987654321")
                .put("DatabaseName", "x")
                .put("Name", "y");
        table("hidden", "EXTERNAL_TABLE")
                .set("TargetTable", open.path("TargetTable").deepCopy());
        connection.crawl();
        assertThat(value("name || ' ' || remote_kind", "open")).isEqualTo("open resource link");
        stub.table(List.of(database, "hidden"), "").remove("StorageDescriptor");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().missing()).isZero();
        assertThat(columns("hidden", "c ->> 'name'")).containsExactly("id");
        assertThat(result.warnings())
                .contains("Glue shows no columns behind these resource links of database " + database
                        + ", so they were left as they are, or not added; what they lead to is gone, or needs DESCRIBE in"
                        + " Lake Formation: hidden");
    }

    @Test
    void theKnownDefinitionOfAViewIsKeptWhereGlueHasNone() throws Exception {
        ObjectNode totals = table("totals", "VIRTUAL_VIEW").put("ViewOriginalText", "select 1");
        connection.crawl();
        totals.remove("ViewOriginalText");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().updated()).isZero();
        assertThat(value("detail ->> 'viewDefinition'", "totals")).isEqualTo("select 1");
        assertThat(result.warnings())
                .contains("Glue has no definitions of these views of database " + database
                        + ", so what is known of them was kept: totals");
    }

    @Test
    void everyPageOfEveryListIsReadAlsoBehindAnEmptyOne() throws Exception {
        stub.database(database + "_b");
        for (int i = 0; i < 5; i++) {
            table("t" + i, "EXTERNAL_TABLE");
        }
        assertThat(connection.crawl().objects().seen()).isEqualTo(2 + 5);
    }

    @Test
    void aCrawlAsksForOneListOfDatabasesAndOneOfTablesForEach() throws Exception {
        stub.database(database + "_b");
        table("orders", "EXTERNAL_TABLE");

        connection.crawl();

        assertThat(stub.requests.stream().filter(request -> !request.contains("NextToken")))
                .containsExactly(
                        "GetDatabases {\"MaxResults\":100}",
                        "GetTables {\"DatabaseName\":\"" + database + "\",\"MaxResults\":20}",
                        "GetTables {\"DatabaseName\":\"" + database + "_b\",\"MaxResults\":20}");
    }

    @Test
    void aCrawlOfOneTableAsksForThatOneAndFindsThatItIsGone() throws Exception {
        table("orders", "EXTERNAL_TABLE");
        table("items", "EXTERNAL_TABLE");
        connection.crawl();
        TaskInput orders = TaskInput.of(connection.idAt(List.of(database, "orders")));
        stub.requests.clear();

        assertThat(connection.crawl(orders).objects()).isEqualTo(new CrawlResult.Objects(1, 0, 0, 1, 0, 0));

        assertThat(stub.requests.stream().filter(request -> !request.startsWith("GetDatabases")))
                .containsExactly("GetTable {\"DatabaseName\":\"" + database + "\",\"Name\":\"orders\"}");
        stub.drop(List.of(database, "orders"));
        assertThat(connection.crawl(orders).objects().missing()).isEqualTo(1);
        assertThat(connection.list("name", "missing_since is not null")).containsExactly("orders");
    }

    @Test
    void theCatalogOfAnotherAccountIsAskedForByItsId() throws Exception {
        try (SourceConnection other = new SourceConnection(
                server, server.configurations(server.port(), database).getLast())) {
            other.settings = connection.settings;
            table("orders", "EXTERNAL_TABLE");
            assertThat(other.crawl().objects().seen()).isEqualTo(2);
            assertThat(stub.requests)
                    .allMatch(request -> request.contains("\"CatalogId\":\"" + GlueStub.ACCOUNT + "\""));
        }
    }

    @Test
    void anInactiveDatabaseIsNotLookedInto() throws Exception {
        table("orders", "EXTERNAL_TABLE");
        connection.crawl();
        connection
                .catalog
                .sql("update data_object set activation = 'DISABLED' where id = :id")
                .param("id", connection.idAt(List.of(database)))
                .update();
        stub.requests.clear();

        assertThat(connection.crawl().objects().missing()).isZero();

        assertThat(stub.requests).noneMatch(request -> request.startsWith("GetTables"));
    }

    /** The policy on the page allows what is asked for, and nothing else. */
    @Test
    void thePolicyOnThePageIsOfTheRequestsThatAreSent() throws Exception {
        table("orders", "EXTERNAL_TABLE");
        connection.validate();
        connection.crawl();
        connection.crawl(TaskInput.of(connection.idAt(List.of(database, "orders"))));
        Set<String> asked = new TreeSet<>();
        stub.requests.forEach(request -> asked.add("glue:" + request.substring(0, request.indexOf(' '))));

        JsonNode statement = Json.tree(SourcePage.blocks("glue.md", "json").getFirst())
                .path("Statement")
                .path(0);

        assertThat(statement.path("Effect").stringValue()).isEqualTo("Allow");
        assertThat(StreamSupport.stream(statement.path("Action").spliterator(), false)
                        .map(JsonNode::stringValue))
                .containsExactlyInAnyOrderElementsOf(asked);
    }

    private ObjectNode table(String name, String type) {
        ObjectNode table = stub.table(List.of(database, name), type);
        GlueStub.column(table, "id", "int");
        return table;
    }

    private String value(String expression, String relation) {
        return String.valueOf(connection.valueAt(expression, List.of(database, relation)));
    }

    private List<String> columns(String relation, String expression) {
        return connection.columns(List.of(database, relation), expression);
    }
}
