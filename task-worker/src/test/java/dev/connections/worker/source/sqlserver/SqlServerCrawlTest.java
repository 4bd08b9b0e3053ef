package dev.connections.worker.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is read of a stand-in for a server. */
class SqlServerCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final SqlServerSourceServer server = SqlServerSourceServer.shared();
    private final String database = "crawl" + NUMBER.incrementAndGet();
    private final List<String> databases = new ArrayList<>(List.of(database));
    private final ObjectNode configuration =
            SqlServerSourceServer.configuration(server.port(), database, "VERIFY_FULL");
    private final SourceConnection connection = new SourceConnection(server, configuration);

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        server.createDatabase(database);
        server.createSchema(List.of(database, "shop"));
    }

    @AfterEach
    void close() {
        connection.close();
        databases.forEach(server::dropDatabase);
    }

    @Test
    void columnsHaveTheirTypesAsTheServerWritesThem() throws Exception {
        server.create(path("kinds"), "U");
        change("insert into sys.types values (257, 167, 'Phone', 1, 1), (258, 240, 'Point', 1, 1)");
        column(1, "flag", 104, 1, 1, 0);
        column(2, "whole", 56, 4, 10, 0);
        column(3, "amount", 106, 9, 10, 2);
        column(4, "name", 231, 100, 0, 0);
        column(5, "body", 231, -1, 0, 0);
        column(6, "code", 175, 3, 0, 0);
        column(7, "raw", 165, -1, 0, 0);
        column(9, "seen", 42, 7, 23, 3);
        column(10, "heard", 43, 10, 34, 7);
        column(11, "phone", 257, 20, 0, 0);
        column(12, "place", 130, -1, 0, 0);
        column(13, "key", 36, 16, 0, 0);
        column(14, "vector", 255, 20, 0, 0);
        column(15, "owner", 256, 256, 0, 0);
        column(16, "point", 258, -1, 0, 0);
        column(17, "odd", 999, 4, 0, 0);
        column(18, "hidden", 56, 4, 10, 0);
        change("update sys.columns set is_hidden = 1 where name = 'hidden'");

        connection.crawl();

        assertThat(columns(
                        "kinds",
                        "c ->> 'ordinal' || ' ' || (c ->> 'name') || ' ' || (c ->> 'remoteType') || ' '"
                                + " || (c ->> 'normalizedType')"))
                .containsExactly(
                        "1 flag bit BOOLEAN",
                        "2 whole int INTEGER",
                        "3 amount decimal(10,2) DECIMAL",
                        "4 name nvarchar(50) STRING",
                        "5 body nvarchar(max) STRING",
                        "6 code char(3) STRING",
                        "7 raw varbinary(max) BINARY",
                        "9 seen datetime2(3) TIMESTAMP",
                        "10 heard datetimeoffset(7) TIMESTAMP",
                        "11 phone dbo.Phone STRING",
                        "12 place geography GEOGRAPHY",
                        "13 key uniqueidentifier UUID",
                        "14 vector vector(3) VECTOR",
                        "15 owner sysname STRING",
                        "16 point dbo.Point OTHER",
                        "17 odd type 999 OTHER");
    }

    @Test
    void defaultsKeysAndCommentsAreRead() throws Exception {
        table("parent", "a", "b", "sum");
        table("child", "id", "x", "y");
        change("update sys.columns set default_object_id = 7, is_nullable = 0 where name = 'a'");
        change("update sys.columns set is_computed = 1 where name = 'sum'");
        change("update sys.columns set is_identity = 1 where name = 'id'");
        change("insert into sys.default_constraints (parent_object_id, parent_column_id, definition) values ("
                + id("parent") + ", 1, '((0))')");
        change("insert into sys.computed_columns values (" + id("parent") + ", 3, '([a]+[b])')");
        change("insert into sys.key_constraints (name, parent_object_id) values ('pk', " + id("parent") + ")");
        change("insert into sys.index_columns (object_id, column_id, key_ordinal) values (" + id("parent")
                + ", 2, 1), (" + id("parent") + ", 1, 2), (" + id("parent") + ", 3, 0)");
        change("insert into sys.foreign_keys values (5, 'to_the_parent', " + id("child") + ")");
        change("insert into sys.foreign_key_columns values (5, 2, 2, " + id("parent") + ", 1), (5, 1, 3, "
                + id("parent") + ", 2)");
        change("insert into sys.extended_properties (major_id, value) values (" + id("parent") + ", 'all parents')");
        change("insert into sys.extended_properties (major_id, minor_id, value) values (" + id("child")
                + ", 2, 'the first')");
        change("insert into sys.extended_properties (major_id, name, value) values (" + id("child")
                + ", 'other', 'not this')");
        change("insert into sys.extended_properties (class, major_id, value)"
                + " select 3, schema_id, 'what is sold' from sys.schemas where name = 'shop'");

        assertThat(connection.crawl().warnings()).containsExactly(Sources.unproven(server.technology()));

        assertThat(connection.valueAt("description", List.of(database, "shop"))).isEqualTo("what is sold");
        assertThat(value("description", "parent")).isEqualTo("all parents");
        assertThat(value("detail ->> 'primaryKey'", "parent")).isEqualTo("[\"b\", \"a\"]");
        assertThat(columns(
                        "parent",
                        "concat_ws(' ', c ->> 'name', c ->> 'nullable', c ->> 'generated', c ->> 'defaultValue')"))
                .containsExactly("a false false ((0))", "b true false", "sum true true ([a]+[b])");
        assertThat(columns("child", "concat_ws(' ', c ->> 'name', c ->> 'identity', c ->> 'description')"))
                .containsExactly("id true", "x false the first", "y false");
        assertThat(value("detail ->> 'foreignKeys'", "child"))
                .isEqualTo("[{\"name\": \"to_the_parent\", \"columns\": [\"y\", \"x\"], \"referencedPath\": [\""
                        + database + "\", \"shop\", \"parent\"], \"referencedColumns\": [\"b\", \"a\"]}]");
    }

    @Test
    void aDefaultThatIsBoundToColumnsIsReadForEach() throws Exception {
        table("orders", "a", "b", "c");
        server.create(path("nothing"), "D");
        change("insert into sys.sql_modules values (" + id("nothing") + ", 'create default nothing as 0')");
        change("update sys.columns set default_object_id = " + id("nothing") + " where name in ('a', 'c')");

        assertThat(connection.crawl().warnings()).containsExactly(Sources.unproven(server.technology()));

        assertThat(columns("orders", "concat_ws(' ', c ->> 'name', c ->> 'defaultValue')"))
                .containsExactly("a create default nothing as 0", "b", "c create default nothing as 0");
    }

    @Test
    void aForeignKeyToWhatTheAccountDoesNotSeeIsLeftOut() throws Exception {
        table("child", "x", "y");
        change("insert into sys.foreign_keys values (5, 'to_a_hidden_table', " + id("child")
                + "), (6, 'to_a_hidden_column', " + id("child") + "), (7, 'to_itself', " + id("child") + ")");
        change("insert into sys.foreign_key_columns values (5, 1, 1, 4711, 1), (6, 1, 1, " + id("child")
                + ", 1), (6, 2, 2, " + id("child") + ", 3), (7, 1, 1, " + id("child") + ", 2)");

        connection.crawl();

        assertThat(value("detail ->> 'foreignKeys'", "child"))
                .contains("to_itself")
                .doesNotContain("hidden");
    }

    @Test
    void tablesAndViewsOfEveryKindAreToldApart() throws Exception {
        for (String name : List.of("plain", "outside", "past", "now", "fast", "node", "ledger")) {
            table(name, "id");
        }
        change("update sys.tables set is_external = 1 where object_id = " + id("outside"));
        change("update sys.tables set temporal_type = 1 where object_id = " + id("past"));
        change("update sys.tables set temporal_type = 2 where object_id = " + id("now"));
        change("update sys.tables set is_memory_optimized = 1 where object_id = " + id("fast"));
        change("update sys.tables set is_node = 1 where object_id = " + id("node"));
        change("update sys.tables set ledger_type = 2 where object_id = " + id("ledger"));
        server.createView(path("seen"), "plain");
        server.createView(path("stored"), "plain");
        change("insert into sys.indexes values (" + id("stored") + ", 1)");
        server.create(path("shipped"), "U");
        change("update sys.objects set is_ms_shipped = 1 where name = 'shipped'");
        server.create(path("procedure"), "P");

        connection.crawl();

        assertThat(connection.list(
                        "name || ' ' || type || ' ' || concat_ws(', ', remote_type, remote_kind)",
                        "cardinality(path) = 3"))
                .containsExactlyInAnyOrder(
                        "fast TABLE table, memory-optimized table",
                        "ledger TABLE table, ledger table",
                        "node TABLE table, node table",
                        "now TABLE table, system-versioned temporal table",
                        "outside EXTERNAL_TABLE external table",
                        "past TABLE table, history table",
                        "plain TABLE table",
                        "seen VIEW view",
                        "stored INDEXED_VIEW indexed view");
        assertThat(value("detail ->> 'viewDefinition'", "seen")).isEqualTo("CREATE VIEW seen AS SELECT * FROM plain");
        // Its clock is that of Berlin, and it was winter.
        assertThat(value(
                        "remote_created_at at time zone 'UTC' || ' ' || (remote_updated_at at time zone 'UTC')",
                        "plain"))
                .isEqualTo("2026-11-01 09:00:00 2026-11-02 09:00:00.123");
    }

    @Test
    void anOlderServerIsNotAskedForWhatItDoesNotHave() throws Exception {
        table("orders", "id");
        change("update sys.server set major = 13");
        change("alter table sys.tables drop column is_node, drop column is_edge, drop column ledger_type");

        connection.crawl();

        assertThat(value("column_names::text || ' ' || coalesce(remote_created_at::text, 'no time')", "orders"))
                .isEqualTo("{id} no time");
        change("update sys.server set major = 12");
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.UNSUPPORTED_TECHNOLOGY);
        change("update sys.server set major = 12, edition = 5");
        change("alter table sys.tables add is_node smallint, add is_edge smallint, add ledger_type smallint");
        assertThat(connection.crawl().objects().missing()).isZero();
        change("update sys.server set edition = 11");
        assertThat(connection.failedValidation().message()).contains("warehouse of Fabric");
    }

    @Test
    void aCatalogThatStaysLockedFailsTheCrawlInWordsAndForNow() throws Exception {
        table("orders", "id");
        connection.crawl();
        List<String> before = connection.rowVersions();
        try (AutoCloseable held = server.hold(database)) {
            assertThat(held).isNotNull();
            assertThat(connection.failedCrawl()).satisfies(error -> {
                assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
                assertThat(error.retryable()).isTrue();
                assertThat(error.message()).startsWith("another session holds a lock");
            });
        }
        assertThat(connection.rowVersions()).isEqualTo(before);
    }

    @Test
    void aDatabaseKeepsItsObjectsWhenItIsRenamed() throws Exception {
        table("orders", "id");
        connection.crawl();
        UUID id = connection.idAt(path("orders"));
        server.databases().rename(database, database + "_new");
        databases.set(0, database + "_new");
        configuration.put("database", database + "_new");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().missing()).isZero();
        assertThat(connection.idAt(List.of(database + "_new", "shop", "orders")))
                .isEqualTo(id);
    }

    @Test
    void aTableThatHasMovedToAnotherSchemaIsFoundByItself() throws Exception {
        table("orders", "id");
        connection.crawl();
        UUID id = connection.idAt(path("orders"));
        change("update sys.objects set schema_id = 1 where name = 'orders'");

        connection.crawl(TaskInput.of(id));

        assertThat(connection.idAt(List.of(database, "dbo", "orders"))).isEqualTo(id);
    }

    @Test
    void whatTheAccountMayNotSeeIsAWarning() throws Exception {
        create(database + "_closed");
        mark(database + "_closed", "CLOSED");
        mark(database, "HIDDEN");

        assertThat(connection.validate().getLast())
                .isEqualTo(new Finding.Warning(
                        "the account may not open these databases, or they are not online: " + database
                                + "_closed; without VIEW DEFINITION the account sees only what else was granted to it, and no"
                                + " definitions of views; grant it in these databases, or the login VIEW ANY DEFINITION: "
                                + database + "; to grant that:\nUSE [" + database + "]; GRANT VIEW DEFINITION TO ["
                                + TdsServer.USER + "];"));
    }

    @Test
    void aCrawlAsksTheSameFewQuestionsHoweverManyTablesThereAre() throws Exception {
        for (int i = 0; i < 60; i++) {
            table("t" + i, "id");
            server.createView(path("v" + i), "t" + i);
        }
        server.server().takeStatements();

        connection.crawl();

        // Settings of three sessions; the version twice and databases; schemas, types, structure, keys, comments,
        // texts.
        assertThat(server.server().takeStatements()).hasSize(3 + 3 + 6);
    }

    private void create(String name) {
        server.createDatabase(name);
        databases.add(name);
    }

    private void mark(String name, String mark) {
        server.databases().postgres().execute("postgres", "comment on database " + name + " is '" + mark + "'");
    }

    private List<String> path(String relation) {
        return List.of(database, "shop", relation);
    }

    private String id(String relation) {
        return SqlServerSourceServer.id(path(relation));
    }

    private void table(String name, String... columns) {
        server.createTable(path(name), List.of(columns));
    }

    private void change(String sql) {
        server.databases().change(database, sql);
    }

    private void column(int number, String name, int type, int length, int precision, int scale) {
        change(
                "insert into sys.columns (object_id, column_id, name, user_type_id, max_length, precision, scale) values ("
                        + id("kinds") + ", " + number + ", '" + name + "', " + type + ", " + length + ", " + precision
                        + ", " + scale
                        + ")");
    }

    private @Nullable String value(String expression, String relation) {
        return connection.valueAt(expression, path(relation));
    }

    private List<String> columns(String relation, String expression) {
        return connection.columns(path(relation), expression);
    }
}
