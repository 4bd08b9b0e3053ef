package dev.connections.worker.source.teradata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourceProbe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLWarning;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What is read of a stand-in for a system. */
class TeradataCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TeradataSourceServer server = TeradataSourceServer.shared();
    private final String database = "crawl" + NUMBER.incrementAndGet();
    private final ObjectNode configuration =
            server.configurations(server.port(), database).getFirst();
    private final SourceConnection connection = new SourceConnection(server, configuration);

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        server.createDatabase(database);
    }

    @AfterEach
    void close() {
        server.execute("update dbc.switches set view_columns = true; grant select on dbc.indicesv to public");
        connection.close();
        server.dropDatabase(database);
    }

    /** The columns are what the dictionary says of a type: code, bytes, digits, digits after the point, character set. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I1| 1| | | | BYTEINT| INTEGER",
                "I8| 8| | | | BIGINT| INTEGER",
                "F | 8| | | | FLOAT| FLOAT",
                "D | 8| 18| 2| | DECIMAL(18,2)| DECIMAL",
                "N | 18| -128| -128| | NUMBER| DECIMAL",
                "N | 18| -128| 2| | NUMBER(*,2)| DECIMAL",
                "N | 18| 10| 0| | NUMBER(10)| DECIMAL",
                "N | 18| 10| 3| | NUMBER(10,3)| DECIMAL",
                "CF| 10| | | 1| CHAR(10) CHARACTER SET LATIN| STRING",
                "CV| 200| | | 2| VARCHAR(100) CHARACTER SET UNICODE| STRING",
                "CO| 2097088000| | | 1| CLOB(2097088000) CHARACTER SET LATIN| STRING",
                "BF| 16| | | | BYTE(16)| BINARY",
                "BV| 16| | | | VARBYTE(16)| BINARY",
                "BO| 16| | | | BLOB(16)| BINARY",
                "DA| 4| | | | DATE| DATE",
                "AT| 6| | 6| | TIME(6)| TIME",
                "TZ| 8| | 0| | TIME(0) WITH TIME ZONE| TIME",
                "TS| 10| | 6| | TIMESTAMP(6)| TIMESTAMP",
                "SZ| 12| | 3| | TIMESTAMP(3) WITH TIME ZONE| TIMESTAMP",
                "YM| 4| 2| | | INTERVAL YEAR(2) TO MONTH| INTERVAL",
                "DS| 12| 4| 6| | INTERVAL DAY(4) TO SECOND(6)| INTERVAL",
                "SC| 8| 2| 6| | INTERVAL SECOND(2,6)| INTERVAL",
                "PD| 8| | | | PERIOD(DATE)| OTHER",
                "PM| 24| | 6| | PERIOD(TIMESTAMP(6) WITH TIME ZONE)| OTHER",
                "JN| 64000| | | 2| JSON(32000) CHARACTER SET UNICODE| JSON",
                "XM| 2097088000| | | | XML| XML",
                "UT| 1| | | | SYSUDTLIB_TYPE| OTHER",
                "A1| 1| | | | SYSUDTLIB_TYPE| ARRAY",
                "??| 1| | | | ??| OTHER",
            })
    void typesAreWrittenAsInAStatement(
            String code,
            int length,
            @Nullable Integer digits,
            @Nullable Integer fraction,
            @Nullable Integer characterSet,
            String written,
            String normalized)
            throws Exception {
        server.create(List.of(database, "kinds"), "T", null);
        server.change(
                "insert into dbc.all_columns values (?, 'kinds', 1025, 'c', ?, ?, ?, ?, ?, 'SYSUDTLIB_TYPE', 'N', null, null, null)",
                database,
                code,
                length,
                digits,
                fraction,
                characterSet);

        connection.crawl();

        assertThat(connection.columns(
                        List.of(database, "kinds"), "(c ->> 'remoteType') || ' | ' || (c ->> 'normalizedType')"))
                .containsExactly(written + " | " + normalized);
    }

    @Test
    void columnsHaveNumbersDefaultsIdentitiesAndComments() throws Exception {
        server.createTable(List.of(database, "orders"), List.of("id", "dropped", "total"));
        server.change("delete from dbc.all_columns where databasename = ? and columnname = 'dropped'", database);
        server.change(
                "update dbc.all_columns set idcoltype = 'GA', nullable = 'N' where databasename = ? and columnname = 'id'",
                database);
        server.change(
                "update dbc.all_columns set defaultvalue = '7 ', commentstring = 'all of it' where databasename = ? and columnname = 'total'",
                database);
        server.change("update dbc.tablesv set commentstring = 'what was ordered' where databasename = ?", database);

        connection.crawl();

        assertThat(
                        connection.columns(
                                List.of(database, "orders"),
                                "concat_ws(' ', c ->> 'name', c ->> 'ordinal', c ->> 'nullable', c ->> 'identity', c ->> 'defaultValue', c ->> 'description')"))
                .containsExactly("id 1 false true", "total 3 true false 7  all of it");
        assertThat(connection.valueAt("description", List.of(database, "orders")))
                .isEqualTo("what was ordered");
        assertThat(connection.valueAt("remote_created_at at time zone 'UTC'", List.of(database, "orders")))
                .isNotNull();
    }

    @Test
    void keysAreReadWithWhatTheyReference() throws Exception {
        server.createTable(List.of(database, "customers"), List.of("country", "number"));
        server.createTable(List.of(database, "orders"), List.of("id", "of_country", "of_number"));
        server.change("insert into dbc.indicesv values (?, 'orders', 1, 'K', 'id', 1)", database);
        server.change("insert into dbc.indicesv values (?, 'customers', 1, 'K', 'number', 1)", database);
        server.change("insert into dbc.indicesv values (?, 'customers', 1, 'K', 'country', 2)", database);
        server.change("insert into dbc.indicesv values (?, 'customers', 4, 'S', 'number', 1)", database);
        for (String column : List.of("number", "country")) {
            server.change(
                    "insert into dbc.all_ri_childrenv values (0, 'buys', ?, 'orders', ?, ?, 'customers', ?)",
                    database,
                    "of_" + column,
                    database,
                    column);
        }

        connection.crawl();

        assertThat(connection.valueAt("detail ->> 'primaryKey'", List.of(database, "customers")))
                .isEqualTo("[\"number\", \"country\"]");
        assertThat(connection.valueAt("detail -> 'foreignKeys' -> 0 ->> 'columns'", List.of(database, "orders")))
                .isEqualTo("[\"of_country\", \"of_number\"]");
        assertThat(connection.valueAt(
                        "detail -> 'foreignKeys' -> 0 ->> 'referencedColumns'", List.of(database, "orders")))
                .isEqualTo("[\"country\", \"number\"]");
        assertThat(connection.valueAt("detail -> 'foreignKeys' -> 0 ->> 'referencedPath'", List.of(database, "orders")))
                .isEqualTo("[\"" + database + "\", \"customers\"]");
    }

    @Test
    void aRequestThatDefinesNoViewIsNotTakenForItsDefinition() throws Exception {
        server.createTable(List.of(database, "orders"), List.of("id"));
        server.createView(List.of(database, "all_orders"), "orders");
        request("/* a */ -- b\nReplace  recursive view all_orders (id) as select 1");
        connection.crawl();
        String defined = String.valueOf(definition("all_orders"));
        assertThat(defined).startsWith("/* a */").endsWith("select 1");
        request("comment on view all_orders is 'new'");

        CrawlResult result = connection.crawl();

        assertThat(definition("all_orders")).isEqualTo(defined);
        assertThat(result.warnings()).anyMatch(warning -> warning.contains("the definitions of these views"));
    }

    private void request(String text) {
        server.change(
                "update dbc.tablesv set requesttext = ? where databasename = ? and tablekind = 'V'", text, database);
    }

    @Test
    void aLongDefinitionIsPutTogetherFromItsParts() throws Exception {
        server.createTable(List.of(database, "orders"), List.of("id"));
        for (String view : List.of("brief", "long", "longer", "lost")) {
            server.createView(List.of(database, view), "orders");
        }
        server.change(
                "update dbc.tablesv set requesttxtoverflow = 'R', requesttext = 'cut' where databasename = ? and tablename <> 'brief'",
                database);
        for (String view : List.of("long", "longer")) {
            for (int part : List.of(2, 1, 3)) {
                server.change(
                        "insert into dbc.tabletextv values (?, ?, 'V', ?, ?)",
                        database,
                        view,
                        part,
                        (part == 1 ? "create view " : "") + view + " part " + part + ";");
            }
        }

        CrawlResult result = connection.crawl();

        assertThat(definition("brief")).isEqualTo("create view brief as select * from orders");
        assertThat(definition("long")).isEqualTo("create view long part 1;long part 2;long part 3;");
        assertThat(definition("longer")).isEqualTo("create view longer part 1;longer part 2;longer part 3;");
        assertThat(definition("lost")).isNull();
        assertThat(result.warnings())
                .anyMatch(warning -> warning.contains("could not be read") && warning.contains("lost"));
    }

    @Test
    void whereViewColumnsHaveNoTypesTheViewsAreReadWithoutAndAWarningSaysWhatToDo() throws Exception {
        server.createTable(List.of(database, "orders"), List.of("id"));
        server.createView(List.of(database, "all_orders"), "orders");
        server.execute("update dbc.switches set view_columns = false");

        CrawlResult result = connection.crawl();

        assertThat(connection.columns(List.of(database, "all_orders"), "c ->> 'remoteType'"))
                .containsExactly("UNKNOWN");
        assertThat(connection.columns(List.of(database, "orders"), "c ->> 'remoteType'"))
                .containsExactly("INTEGER");
        assertThat(result.warnings())
                .anyMatch(warning -> warning.contains(database + "/all_orders") && warning.contains("DisableQVCI"));
        assertThat(privileges())
                .isInstanceOfSatisfying(
                        Finding.Warning.class,
                        it -> assertThat(it.message())
                                .contains("DisableQVCI", "GRANT SELECT ON DBC.ColumnsQV TO \"contract\";"));
    }

    @Test
    void theSystemsOwnDatabasesAndUsersWithoutTablesAreLeftOut() throws Exception {
        connection.settings = CatalogFixture.settings(List.of("**"), List.of());
        server.createTable(List.of(database, "orders"), List.of("id"));
        server.create(List.of(database, "a_macro"), "M", null);
        server.createTable(List.of("Sys_Calendar", "days"), List.of("id"));
        server.change("insert into dbc.databasesv values ('Sys_Calendar', 'D'), ('ann', 'U'), ('bob', 'U')");
        server.createTable(List.of("bob", "notes"), List.of("id"));

        try {
            connection.crawl();
            assertThat(connection.list("array_to_string(path, '/')", "true"))
                    .containsExactlyInAnyOrder(database, database + "/orders", "bob", "bob/notes");
        } finally {
            List.of("Sys_Calendar", "ann", "bob").forEach(server::dropDatabase);
        }
    }

    @Test
    void relationsOfEveryKindAreToldApart() throws Exception {
        for (String name : List.of("plain", "heap", "queue", "kept", "deleted")) {
            server.createTable(List.of(database, name), List.of("id"));
        }
        server.createView(List.of(database, "seen"), "plain");
        for (String change : List.of(
                "tablekind = 'O' where tablename = 'heap'",
                "tablekind = 'Q' where tablename = 'queue'",
                "commitopt = 'P' where tablename = 'kept'",
                "commitopt = 'D', tablekind = 'O' where tablename = 'deleted'")) {
            server.change("update dbc.tablesv set " + change + " and databasename = ?", database);
        }

        connection.crawl();

        assertThat(connection.list("concat_ws(' ', name, type, normalized_type, remote_type)", "cardinality(path) = 2"))
                .containsExactlyInAnyOrder(
                        "plain TABLE TABLE table",
                        "heap TABLE TABLE table without primary index",
                        "queue QUEUE_TABLE TABLE queue table",
                        "kept TEMPORARY_TABLE TABLE global temporary table",
                        "deleted TEMPORARY_TABLE TABLE global temporary table",
                        "seen VIEW VIEW view");
    }

    @Test
    void anExpiredPasswordIsARefusedLoginWhetherTheSystemSaysSoOrOnlyWarns() {
        TaskError refused = TeradataFailures.ofLogin(3032, "HY000");
        assertThat(refused.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(refused.retryable()).isFalse();
        assertThat(refused.message()).contains("has expired; set a new password");
        server.driver()
                .warn(new SQLWarning("[Teradata Database] [Warning 3032] User password has expired.", "HY000", 3032));
        try {
            assertThat(connection.failedCrawl()).isEqualTo(refused);
            assertThat(connection.failedValidation()).isEqualTo(refused);
        } finally {
            server.driver().warn(null);
        }
    }

    @Test
    void whatTheAccountMayNotReadIsSaidWithTheGrant() {
        server.execute("revoke select on dbc.indicesv from public");
        Throwable thrown = catchThrowable(this::privileges);
        assertThat(thrown).hasMessageContaining("GRANT SELECT ON DBC.IndicesV TO \"contract\";");
    }

    @Test
    void aCrawlSendsAsManyStatementsAsThePageSays() throws Exception {
        server.createTable(List.of(database, "orders"), List.of("id"));
        server.createView(List.of(database, "all_orders"), "orders");
        server.driver().asked().clear();

        connection.crawl();

        List<String> asked = List.copyOf(server.driver().asked());
        assertThat(asked.getFirst()).startsWith("set query_band = 'ApplicationName=connections;JobID=");
        assertThat(asked.get(1)).isEqualTo("set session collation ascii");
        assertThat(asked.subList(2, asked.size()))
                .hasSize(6)
                .allMatch(sql -> sql.startsWith("locking row for access "));
    }

    @Test
    void thePageNamesEveryViewThatIsRead() throws Exception {
        String page = Files.readString(Path.of("../docs/sources/teradata.md"));
        assertThat(TeradataSql.VIEWS).allMatch(page::contains);
        assertThat(page).contains(TeradataSql.ALL_COLUMNS);
    }

    private @Nullable String definition(String view) {
        return connection.valueAt("detail ->> 'viewDefinition'", List.of(database, view));
    }

    private Finding privileges() throws Exception {
        try (SourceProbe probe =
                connection.technologies().probe(connection.execution(TaskType.VALIDATE, TaskInput.DEFAULT))) {
            probe.checkNetwork();
            probe.checkTls();
            probe.checkAuthentication();
            return probe.checkPrivileges();
        }
    }
}
