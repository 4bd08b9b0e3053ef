package dev.connections.worker.source.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.snowflake.AccountStub.Refusal;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is read of a stand-in for an account. */
class SnowflakeCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Refusal TOO_MUCH = Refusal.of("090030", "Information schema query returned too much data.");

    private final AccountServer server = AccountServer.shared();
    private final AccountStub stub = server.stub();
    private final String database = "CRAWL" + NUMBER.incrementAndGet();
    private final SourceConnection connection = connection();

    @BeforeEach
    void create() {
        server.createDatabase(database);
        server.createSchema(List.of(database, "SHOP"));
        stub.statements.clear();
    }

    @AfterEach
    void close() {
        stub.script = sql -> null;
        stub.partitions = query -> null;
        connection.close();
        server.dropDatabase(database);
    }

    @Test
    void columnsHaveTheirTypesAsAStatementWritesThem() throws Exception {
        List<String> path = List.of(database, "SHOP", "KINDS");
        server.create(path, "BASE TABLE");
        change("""
                insert into "COLUMNS" values
                ('SHOP', 'KINDS', 'A', 1, 'NUMBER', null, null, 38, 0, null, 'NO', 'S.NEXTVAL', 'YES', 'the key'),
                ('SHOP', 'KINDS', 'B', 2, 'NUMBER', null, null, 10, 2, null, 'YES', null, 'NO', null),
                ('SHOP', 'KINDS', 'C', 3, 'TEXT', 16777216, 16777216, null, null, null, 'YES', null, 'NO', null),
                ('SHOP', 'KINDS', 'D', 4, 'BINARY', null, 8388608, null, null, null, 'YES', null, 'NO', null),
                ('SHOP', 'KINDS', 'E', 5, 'TIMESTAMP_NTZ', null, null, null, null, 9, 'YES', null, 'NO', null),
                ('SHOP', 'KINDS', 'F', 6, 'TIME', null, null, null, null, 3, 'YES', null, 'NO', null)""");
        List<String> others =
                List.of("FLOAT", "BOOLEAN", "DATE", "VARIANT", "OBJECT", "ARRAY", "MAP", "GEOGRAPHY", "VECTOR", "FILE");
        for (String type : others) {
            change("insert into \"COLUMNS\" (\"TABLE_SCHEMA\", \"TABLE_NAME\", \"COLUMN_NAME\", \"ORDINAL_POSITION\","
                    + " \"DATA_TYPE\") select 'SHOP', 'KINDS', 'O', 7 + "
                    + others.indexOf(type) + ", '" + type + "'");
        }

        connection.crawl();

        assertThat(connection.columns(
                        path, "c ->> 'name' || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "A NUMBER(38,0) INTEGER",
                        "B NUMBER(10,2) DECIMAL",
                        "C VARCHAR(16777216) STRING",
                        "D BINARY(8388608) BINARY",
                        "E TIMESTAMP_NTZ(9) TIMESTAMP",
                        "F TIME(3) TIME",
                        "O FLOAT FLOAT",
                        "O BOOLEAN BOOLEAN",
                        "O DATE DATE",
                        "O VARIANT JSON",
                        "O OBJECT STRUCT",
                        "O ARRAY ARRAY",
                        "O MAP MAP",
                        "O GEOGRAPHY GEOGRAPHY",
                        "O VECTOR VECTOR",
                        "O FILE OTHER");
        assertThat(connection.columns(
                        path,
                        "concat_ws(' ', c ->> 'ordinal', c ->> 'identity', c ->> 'nullable',"
                                + " c ->> 'description', c ->> 'defaultValue')"))
                .startsWith("1 true false the key S.NEXTVAL", "2 false true");
    }

    @Test
    void kindsCommentsAndTimesAreRead() throws Exception {
        relation("ORDERS", "BASE TABLE");
        set("ORDERS", "\"COMMENT\" = 'all orders', \"IS_TRANSIENT\" = 'YES', \"LAST_DDL\" = '1700000060.000000000'");
        relation("FILES", "EXTERNAL TABLE");
        relation("EVENTS", "EVENT TABLE");
        relation("LAGGING", "BASE TABLE");
        set("LAGGING", "\"IS_DYNAMIC\" = 'YES'");
        relation("LAKE", "BASE TABLE");
        set("LAKE", "\"IS_ICEBERG\" = 'YES'");
        server.createView(List.of(database, "SHOP", "TOTALS"), "ORDERS");
        relation("STORED", "MATERIALIZED VIEW");
        change("insert into \"materialized\" values ('SHOP', 'STORED', 'create materialized view STORED as select 1')");
        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertThat(connection.list(
                        "concat_ws(' ', name, type, normalized_type, remote_type, remote_format)",
                        "cardinality(path) = 3"))
                .containsExactly(
                        "EVENTS EVENT_TABLE TABLE event table",
                        "FILES EXTERNAL_TABLE TABLE external table",
                        "LAGGING DYNAMIC_TABLE TABLE base table",
                        "LAKE ICEBERG_TABLE TABLE base table iceberg",
                        "ORDERS TABLE TABLE transient base table",
                        "STORED MATERIALIZED_VIEW VIEW materialized view",
                        "TOTALS VIEW VIEW view");
        assertThat(value("description", "ORDERS")).isEqualTo("all orders");
        assertThat(value("extract(epoch from remote_created_at)::text", "ORDERS"))
                .isEqualTo("1700000000.123000");
        assertThat(value("extract(epoch from remote_updated_at)::text", "ORDERS"))
                .isEqualTo("1700000060.000000");
        assertThat(value("detail ->> 'viewDefinition'", "TOTALS")).isEqualTo("select * from ORDERS");
        assertThat(value("detail ->> 'viewDefinition'", "STORED"))
                .isEqualTo("create materialized view STORED as select 1");
    }

    @Test
    void keysAreReadInTheirOrder() throws Exception {
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID", "DAY"));
        server.createTable(List.of(database, "SHOP", "LINES"), List.of("ORDER_DAY", "ORDER_ID"));
        change("insert into \"primary\" values ('SHOP', 'ORDERS', 'DAY', 2, 'PK'), ('SHOP', 'ORDERS', 'ID', 1, 'PK')");
        change("insert into \"imported\" values ('OTHER', 'S', 'ORDERS', 'DAY', 'SHOP', 'LINES', 'ORDER_DAY', 2, 'FK'),"
                + " ('OTHER', 'S', 'ORDERS', 'ID', 'SHOP', 'LINES', 'ORDER_ID', 1, 'FK')");

        connection.crawl();

        assertThat(value("detail ->> 'primaryKey'", "ORDERS")).isEqualTo("[\"ID\", \"DAY\"]");
        assertThat(value("detail -> 'foreignKeys' -> 0 ->> 'name'", "LINES")).isEqualTo("FK");
        assertThat(value("detail -> 'foreignKeys' -> 0 ->> 'columns'", "LINES"))
                .isEqualTo("[\"ORDER_ID\", \"ORDER_DAY\"]");
        assertThat(value("detail -> 'foreignKeys' -> 0 ->> 'referencedPath'", "LINES"))
                .isEqualTo("[\"OTHER\", \"S\", \"ORDERS\"]");
        assertThat(value("detail -> 'foreignKeys' -> 0 ->> 'referencedColumns'", "LINES"))
                .isEqualTo("[\"ID\", \"DAY\"]");
    }

    /** docs/sources/snowflake.md says so. */
    @Test
    void aCrawlSendsOneStatementAndFiveOfEachDatabase() throws Exception {
        server.createSchema(List.of(database, "STOCK"));
        for (int i = 0; i < 100; i++) {
            server.createTable(List.of(database, i % 2 == 0 ? "SHOP" : "STOCK", "T" + i), List.of("ID"));
        }
        server.createView(List.of(database, "SHOP", "V"), "T0");

        assertThat(connection.crawl().objects().seen()).isEqualTo(104);

        assertThat(stub.sent()).hasSize(1 + 5);
        assertThat(stub.statements).allSatisfy(body -> {
            assertThat(body.path("warehouse").stringValue()).isEqualTo("COMPUTE_WH");
            assertThat(body.path("role").stringValue()).isEqualTo("CRAWLER");
            assertThat(body.path("parameters").path("query_tag").stringValue()).startsWith("connections/");
        });
    }

    @Test
    void aCrawlOfOneTableAsksForNoOther() throws Exception {
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
        connection.crawl();
        stub.statements.clear();

        connection.crawl(TaskInput.of(connection.idAt(List.of(database, "SHOP", "ORDERS"))));

        JsonNode relations = stub.statements.stream()
                .filter(body -> body.path("statement").stringValue().contains("\"TABLES\""))
                .findFirst()
                .orElseThrow();
        assertThat(relations
                        .path("bindings")
                        .valueStream()
                        .map(value -> value.path("value").stringValue()))
                .containsExactly("SHOP", "ORDERS", "SHOP", "ORDERS");
        assertThat(stub.sent()).contains("show primary keys in schema \"" + database + "\".\"SHOP\"");
    }

    @Test
    void whatIsTooMuchAtOnceIsReadSchemaBySchema() throws Exception {
        server.createSchema(List.of(database, "STOCK"));
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
        server.createView(List.of(database, "SHOP", "V"), "ORDERS");
        server.createTable(List.of(database, "STOCK", "ITEMS"), List.of("ID"));
        connection.crawl();
        server.dropTable(List.of(database, "STOCK", "ITEMS"));
        server.dropTable(List.of(database, "SHOP", "ORDERS"));
        stub.statements.clear();
        stub.script = sql -> sql.contains("\"TABLES\"") && !sql.contains(" in (?)") ? TOO_MUCH : null;

        CrawlResult result = connection.crawl();

        assertThat(result.warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));
        assertThat(result.objects().missing()).isEqualTo(2);
        assertThat(stub.sent()).filteredOn(sql -> sql.contains("\"TABLES\"")).hasSize(3);
    }

    @Test
    void definitionsThatAreTooMuchAtOnceAreReadSchemaBySchema() throws Exception {
        server.createSchema(List.of(database, "STOCK"));
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
        server.createView(List.of(database, "SHOP", "V"), "ORDERS");
        stub.script = sql -> sql.contains("\"VIEWS\"") && !sql.contains(" in (?)") ? TOO_MUCH : null;

        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertThat(value("detail ->> 'viewDefinition'", "V")).isEqualTo("select * from ORDERS");
    }

    @Test
    void aSchemaThatIsTooMuchByItselfKeepsWhatIsKnown() throws Exception {
        server.createSchema(List.of(database, "STOCK"));
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
        server.createTable(List.of(database, "STOCK", "ITEMS"), List.of("ID"));
        connection.crawl();
        server.dropTable(List.of(database, "SHOP", "ORDERS"));
        server.dropTable(List.of(database, "STOCK", "ITEMS"));
        AtomicInteger sent = new AtomicInteger();
        // The whole database, and then the first schema of it.
        stub.script = sql -> sql.contains("\"TABLES\"") && sent.incrementAndGet() <= 2 ? TOO_MUCH : null;

        CrawlResult result = connection.crawl();

        assertThat(connection.list("name", "missing_since is not null")).containsExactly("ITEMS");
        assertThat(result.warnings())
                .contains("these schemas could not be read of database " + database
                        + ", so what is known of them was kept: SHOP");
    }

    @Test
    void moreKeysThanSnowflakeListsAreReadSchemaBySchemaOrNotAtAll() throws Exception {
        server.createSchema(List.of(database, "STOCK"));
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
        server.createTable(List.of(database, "STOCK", "ITEMS"), List.of("ID"));
        change("insert into \"primary\" select 'STOCK', 'T' || i, 'ID', 1, 'PK' from generate_series(1, 9999) i");
        change("insert into \"primary\" values ('SHOP', 'ORDERS', 'ID', 1, 'PK')");
        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));
        assertThat(value("detail ->> 'primaryKey'", "ORDERS")).isEqualTo("[\"ID\"]");

        change("delete from \"primary\" where \"table_name\" = 'T1'");
        change("insert into \"primary\" values ('STOCK', 'ITEMS', 'ID', 1, 'PK')");
        connection.crawl();
        change("insert into \"primary\" values ('STOCK', 'T1', 'ID', 1, 'PK')");
        CrawlResult result = connection.crawl();
        assertThat(result.objects().updated()).isZero();
        assertThat(connection.valueAt("detail ->> 'primaryKey'", List.of(database, "STOCK", "ITEMS")))
                .isEqualTo("[\"ID\"]");
        assertThat(result.warnings())
                .contains("keys could not be read of all of database " + database
                        + ", so what is known of them was kept in these schemas: STOCK");
    }

    /** What does not come is not gone. */
    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"data\": null}", "{\"data\": []}"})
    void partsThatAreMissingEndTheRun(String body) throws Exception {
        for (int i = 0; i < 100; i++) {
            server.createTable(List.of(database, "SHOP", "T" + i), List.of("ID"));
        }
        connection.crawl();
        for (int status : new int[] {200, 202}) {
            stub.partitions = query -> new Refusal(status, body);
            assertThat(connection.failedCrawl())
                    .isEqualTo(new TaskError(
                            ErrorCode.REMOTE_ERROR, "the host answers, but not as a Snowflake account does", true));
        }
        assertThat(connection.list("name", "missing_since is not null")).isEmpty();
    }

    @Test
    void keysThatCannotBeReadLeaveTheDatabaseAsItIs() throws Exception {
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
        change("insert into \"primary\" values ('SHOP', 'ORDERS', 'ID', 1, 'PK')");
        connection.crawl();
        stub.script = sql -> sql.startsWith("show imported") ? Refusal.of("000604", "SQL execution canceled") : null;

        assertThat(connection.failedCrawl().message()).isEqualTo("SQL execution canceled");

        assertThat(value("detail ->> 'primaryKey'", "ORDERS")).isEqualTo("[\"ID\"]");
    }

    @Test
    void aDatabaseThatAnswersForAnotherIsLeftAsItIs() {
        change("update \"SCHEMATA\" set \"CATALOG_NAME\" = 'ANOTHER'");
        assertThat(connection.failedCrawl().message()).contains("QUOTED_IDENTIFIERS_IGNORE_CASE");
    }

    @Test
    void aViewWhoseDefinitionIsHiddenKeepsTheKnownOne() throws Exception {
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
        server.createView(List.of(database, "SHOP", "V"), "ORDERS");
        connection.crawl();
        change("update \"VIEWS\" set \"VIEW_DEFINITION\" = null");

        CrawlResult result = connection.crawl();

        assertThat(value("detail ->> 'viewDefinition'", "V")).isEqualTo("select * from ORDERS");
        assertThat(result.objects().updated()).isZero();
        assertThat(result.warnings())
                .contains("the definitions of these views of database " + database
                        + " could not be read, so what is known of them was kept: \"SHOP\".\"V\"");
    }

    @Test
    void aTableThatShowsNoColumnsIsKept() throws Exception {
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
        connection.crawl();
        change("delete from \"COLUMNS\"");
        CrawlResult result = connection.crawl();
        assertThat(result.objects().missing()).isZero();
        assertThat(result.warnings())
                .contains("the account sees no columns of these tables of database " + database
                        + ", so they were left as they are, or not added: SHOP/ORDERS");
    }

    @Test
    void aDatabaseThatFailsIsAWarningUnlessAllDo() throws Exception {
        server.createDatabase(database + "_B");
        try {
            stub.script = sql -> sql.contains("\"" + database + "\".\"INFORMATION_SCHEMA\"")
                    ? Refusal.of("002003", "the share is gone")
                    : null;
            assertThat(connection.crawl().warnings())
                    .contains("database " + database
                            + " could not be read to its end, so the rest of it was left as it is; the source said: the"
                            + " share is gone");
            stub.script = sql -> sql.contains("INFORMATION_SCHEMA") ? Refusal.of("002003", "the share is gone") : null;
            assertThat(connection.failedCrawl())
                    .isEqualTo(TaskError.of(ErrorCode.PERMISSION_DENIED, "the share is gone"));
        } finally {
            server.dropDatabase(database + "_B");
        }
    }

    private void relation(String name, String type) {
        server.create(List.of(database, "SHOP", name), type);
        change("insert into \"COLUMNS\" (\"TABLE_SCHEMA\", \"TABLE_NAME\", \"COLUMN_NAME\", \"ORDINAL_POSITION\","
                + " \"DATA_TYPE\") values ('SHOP', '" + name + "', 'ID', 1, 'DATE')");
    }

    private void set(String name, String what) {
        change("update \"TABLES\" set " + what + " where \"TABLE_NAME\" = '" + name + "'");
    }

    private void change(String sql) {
        server.change(List.of(database), sql);
    }

    private SourceConnection connection() {
        ObjectNode configuration =
                server.configurations(server.port(), database).getFirst();
        SourceConnection made = new SourceConnection(server, configuration);
        made.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        return made;
    }

    private String value(String expression, String relation) {
        return String.valueOf(connection.valueAt(expression, List.of(database, "SHOP", relation)));
    }
}
