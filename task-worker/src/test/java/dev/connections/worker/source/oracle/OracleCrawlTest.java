package dev.connections.worker.source.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of a stand-in for a database. */
class OracleCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final OracleSourceServer server = OracleSourceServer.shared();
    private final String database = "crawl" + NUMBER.incrementAndGet();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), database).getFirst());

    @BeforeEach
    void create() {
        server.createDatabase(database);
        server.createSchema(List.of(database, "SHOP"));
    }

    @AfterEach
    void close() {
        connection.close();
        server.dropDatabase(database);
    }

    @Test
    void columnsHaveTheirTypesAsAStatementWritesThem() throws Exception {
        server.create(path("KINDS"), "TABLE");
        column("KINDS", "id", "NUMBER", 22, 10, 0);
        column("KINDS", "whole", "NUMBER", 22, null, 0);
        column("KINDS", "any", "NUMBER", 22, null, null);
        column("KINDS", "price", "NUMBER", 22, 10, 2);
        column("KINDS", "rounded", "NUMBER", 22, 10, -2);
        column("KINDS", "ratio", "FLOAT", 22, 126, null);
        column("KINDS", "exact", "BINARY_DOUBLE", 8, null, null);
        text("KINDS", "name", "VARCHAR2", 80, 20, "C");
        text("KINDS", "code", "CHAR", 3, 3, "B");
        text("KINDS", "national", "NVARCHAR2", 40, 20, "C");
        column("KINDS", "body", "CLOB", 4000, null, null);
        column("KINDS", "raw", "RAW", 16, null, null);
        column("KINDS", "born", "DATE", 7, null, null);
        column("KINDS", "seen", "TIMESTAMP(6) WITH TIME ZONE", 13, null, 6);
        column("KINDS", "lasting", "INTERVAL DAY(2) TO SECOND(6)", 11, 2, 6);
        column("KINDS", "old", "LONG RAW", 0, null, null);
        column("KINDS", "doc", "XMLTYPE", 2000, null, null);
        change("update all_tab_cols set data_type_owner = 'SYS' where column_name = 'doc'");
        column("KINDS", "address", "ADDRESS_T", 1, null, null);
        column("KINDS", "boss", "PERSON_T", 50, null, null);
        change("update all_tab_cols set data_type_owner = 'HR' where column_name in ('address', 'boss')");
        change("update all_tab_cols set data_type_mod = 'REF' where column_name = 'boss'");

        connection.crawl();

        assertThat(columns("KINDS", "c ->> 'name' || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "id NUMBER(10) INTEGER",
                        "whole NUMBER(*,0) INTEGER",
                        "any NUMBER DECIMAL",
                        "price NUMBER(10,2) DECIMAL",
                        "rounded NUMBER(10,-2) INTEGER",
                        "ratio FLOAT(126) FLOAT",
                        "exact BINARY_DOUBLE FLOAT",
                        "name VARCHAR2(20 CHAR) STRING",
                        "code CHAR(3 BYTE) STRING",
                        "national NVARCHAR2(20) STRING",
                        "body CLOB STRING",
                        "raw RAW(16) BINARY",
                        "born DATE TIMESTAMP",
                        "seen TIMESTAMP(6) WITH TIME ZONE TIMESTAMP",
                        "lasting INTERVAL DAY(2) TO SECOND(6) INTERVAL",
                        "old LONG RAW BINARY",
                        "doc XMLTYPE XML",
                        "address HR.ADDRESS_T OTHER",
                        "boss REF HR.PERSON_T OTHER");
    }

    @Test
    void defaultsIdentitiesKeysAndCommentsAreRead() throws Exception {
        server.createSchema(List.of(database, "BASE"));
        server.createTable(List.of(database, "BASE", "PARENT"), List.of("B", "A"));
        server.createTable(path("CHILD"), List.of("ID", "X", "Y", "Z", "HIDDEN"));
        change("update all_tab_cols set nullable = 'N', identity_column = 'YES', default_length = 30,"
                + " data_default = '\"SHOP\".\"ISEQ$$_1\".nextval' where column_name = 'ID'");
        change("update all_tab_cols set default_length = 6, data_default = '42 \n' where column_name = 'X'");
        change("update all_tab_cols set default_length = 5, data_default = 'NULL' where column_name = 'Y'");
        change("update all_tab_cols set virtual_column = 'YES', default_length = 7, data_default = '\"X\"+\"Y\"'"
                + " where column_name = 'Z'");
        change("update all_tab_cols set hidden_column = 'YES', column_id = null where column_name = 'HIDDEN'");
        key("BASE", "PARENT", "PK", "P", null, null, "B", "A");
        key("SHOP", "CHILD", "TO_PARENT", "R", "BASE", "PK", "Y", "X");
        key("SHOP", "CHILD", "TO_UNSEEN", "R", "SECRET", "PK_OF_WHAT_IS_HIDDEN", "Z");
        key("SHOP", "CHILD", "CHECKED", "C", null, null, "X");
        change("insert into all_tab_comments values ('SHOP', 'CHILD', 'TABLE', 'all children')");
        change("insert into all_col_comments values ('SHOP', 'CHILD', 'X', 'the first'), ('SHOP', 'CHILD', 'Y', null)");

        connection.crawl();

        assertThat(value("description", "CHILD")).isEqualTo("all children");
        assertThat(connection.valueAt("detail ->> 'primaryKey'", List.of(database, "BASE", "PARENT")))
                .isEqualTo("[\"B\", \"A\"]");
        assertThat(value("detail -> 'foreignKeys' #>> '{}'", "CHILD"))
                .isEqualTo("[{\"name\": \"TO_PARENT\", \"columns\": [\"Y\", \"X\"], \"referencedPath\": [\"" + database
                        + "\", \"BASE\", \"PARENT\"], \"referencedColumns\": [\"B\", \"A\"]}]");
        assertThat(columns(
                        "CHILD",
                        "concat_ws(' ', c ->> 'ordinal', c ->> 'name', c ->> 'nullable', c ->> 'identity', c ->> 'generated',"
                                + " c ->> 'defaultValue', c ->> 'description')"))
                .containsExactly(
                        "1 ID false true false",
                        "2 X true false false 42 the first",
                        "3 Y true false false",
                        "4 Z true false true \"X\"+\"Y\"");
    }

    @Test
    void relationsOfEveryKindAreToldApart() throws Exception {
        for (String name : List.of("PLAIN", "PARTS", "SESSIONS", "OUTSIDE", "PEOPLE", "ORDERED")) {
            server.createTable(path(name), List.of("ID"));
        }
        change("update all_all_tables set partitioned = 'YES' where table_name = 'PARTS'");
        change("update all_all_tables set temporary = 'Y' where table_name = 'SESSIONS'");
        change(
                "update all_all_tables set table_type_owner = 'HR', table_type = 'PERSON_T' where table_name = 'PEOPLE'");
        change("update all_all_tables set iot_type = 'IOT' where table_name = 'ORDERED'");
        change("insert into all_external_tables values ('SHOP', 'OUTSIDE', 'ORACLE_LOADER')");
        server.createView(path("VIEWED"), "PLAIN");
        materialize("KEPT");

        connection.crawl();

        assertThat(inside("concat_ws(' ', name, type, normalized_type, remote_type, remote_format, remote_kind)"))
                .containsExactly(
                        "KEPT MATERIALIZED_VIEW VIEW materialized view",
                        "ORDERED TABLE TABLE table index-organized",
                        "OUTSIDE EXTERNAL_TABLE TABLE external table ORACLE_LOADER",
                        "PARTS PARTITIONED_TABLE TABLE partitioned table",
                        "PEOPLE OBJECT_TABLE TABLE object table of HR.PERSON_T",
                        "PLAIN TABLE TABLE table",
                        "SESSIONS TEMPORARY_TABLE TABLE global temporary table",
                        "VIEWED VIEW VIEW view");
        assertThat(value("detail ->> 'viewDefinition'", "VIEWED")).isEqualTo("select * from PLAIN");
        assertThat(value("detail ->> 'viewDefinition'", "KEPT")).isEqualTo("select id from PLAIN");
        assertThat(value("description", "KEPT")).isEqualTo("kept for reports");
    }

    @Test
    void whatOracleMadeForSomethingElseIsLeftOut() throws Exception {
        for (String name : List.of("PLAIN", "NESTED", "SYS_IOT_OVER_1", "BIN$8LzpX2a5SyHgUwEAAH+QhA==$0", "DR$I$I")) {
            server.createTable(path(name), List.of("ID"));
        }
        change("update all_all_tables set nested = 'YES' where table_name = 'NESTED'");
        change("update all_all_tables set iot_type = 'IOT_OVERFLOW' where table_name = 'SYS_IOT_OVER_1'");
        change("update all_objects set secondary = 'Y' where object_name = 'DR$I$I'");
        change("insert into all_users (username, oracle_maintained) values ('MDSYS', 'Y')");
        server.createTable(List.of(database, "MDSYS", "SDO_COORD"), List.of("ID"));
        // Somebody who only logs in.
        server.createSchema(List.of(database, "ALICE"));

        connection.crawl();

        assertThat(connection.list("name", "true")).containsExactlyInAnyOrder(database, "SHOP", "PLAIN");
    }

    @Test
    void aMaterializedViewThatIsDroppedAndKeepsItsTableStaysTheSameObject() throws Exception {
        materialize("KEPT");
        connection.crawl();
        Object id = connection.idAt(path("KEPT"));
        change("delete from all_mviews");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().missing()).isZero();
        assertThat(connection.idAt(path("KEPT"))).isEqualTo(id);
        assertThat(value("type", "KEPT")).isEqualTo("TABLE");
    }

    @Test
    void anAccountWithTheRoleReadsTheDictionaryOfAllObjects() throws Exception {
        server.createTable(path("PLAIN"), List.of("ID"));
        change("insert into session_roles values ('SELECT_CATALOG_ROLE')");
        server.connector().takeStatements();

        connection.crawl();

        assertThat(server.connector().takeStatements())
                .noneMatch(sql -> sql.contains(" all_objects") || sql.contains(" all_tab_cols"))
                .anyMatch(sql -> sql.contains(" dba_tab_cols"));
        assertThat(inside("name")).containsExactly("PLAIN");
        assertThat(connection.validate().getLast()).isEqualTo(new Finding.Passed(null));
    }

    @Test
    void anAccountThatSeesOnlyWhatItMayReadIsToldSo() throws Exception {
        server.createTable(path("PLAIN"), List.of("ID"));

        assertThat(connection.validate().getLast().message())
                .endsWith("to show it all of them:\nGRANT SELECT_CATALOG_ROLE TO \"CONTRACT\";");
        connection.settings = CatalogFixture.settings(List.of(database + "/OTHER/**"), List.of());
        assertThat(connection.validate().getLast()).isInstanceOf(Finding.Warning.class);
    }

    @Test
    void anAccountThatSeesNothingIsToldWhatToGrant() {
        TaskError error = connection.failedValidation();
        assertThat(error.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(error.message())
                .contains("READ on those to crawl")
                .endsWith("GRANT SELECT_CATALOG_ROLE TO \"CONTRACT\";");
    }

    @Test
    void theRootOfAContainerDatabaseIsSaidToBeOne() throws Exception {
        change("create or replace function sys_context(namespace text, parameter text) returns text language sql as"
                + " 'select ''CDB$ROOT'''");
        assertThat(connection.validate().getLast().message()).contains("a service of a pluggable database");
    }

    @Test
    void aRelationWhoseColumnsAreHiddenStaysAsItIs() throws Exception {
        server.createTable(path("PLAIN"), List.of("ID"));
        server.createTable(path("OTHER"), List.of("ID"));
        connection.crawl();
        change("delete from all_tab_cols where table_name = 'PLAIN'");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().missing()).isZero();
        assertThat(result.warnings())
                .contains(
                        "the account sees no columns of these, so they were left as they are, or not added: SHOP/PLAIN");
        assertThat(value("column_names", "PLAIN")).isEqualTo("{ID}");
    }

    @Test
    void aCrawlOfOneTableFindsItByItsIdUnderItsNewName() throws Exception {
        server.createTable(path("PLAIN"), List.of("ID"));
        server.createTable(path("OTHER"), List.of("ID"));
        connection.crawl();
        server.renameTable(path("PLAIN"), "RENAMED");

        CrawlResult result = connection.crawl(TaskInput.of(connection.idAt(path("PLAIN"))));

        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(1, 0, 1, 0, 0, 0));
        assertThat(inside("name")).containsExactly("OTHER", "RENAMED");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "all_tab_comments values ('SHOP', 'PLAIN', 'TABLE', repeat('x', 5000000))",
                "all_views (owner, view_name, text) values ('SHOP', 'VIEWED', repeat('x', 5000000))",
                "all_tab_cols (owner, table_name, column_id, column_name, data_type) select 'SHOP', 'PLAIN', i, i, 'DATE'"
                        + " from generate_series(2, 30000) i",
                "all_tab_cols (owner, table_name, column_id, column_name, data_type) values ('SHOP', 'PLAIN', 2,"
                        + " repeat('n', 3000), 'DATE')"
            })
    void whatIsLargerThanAnyDatabaseHasItEndsTheCrawl(String rows) {
        server.createTable(path("PLAIN"), List.of("ID"));
        server.createView(path("VIEWED"), "PLAIN");
        change("delete from all_views");
        change("insert into " + rows);

        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void rowsWithoutWhatADictionaryHasAreNoDefect() throws Exception {
        server.createTable(path("PLAIN"), List.of("ID"));
        change("insert into all_tab_cols (owner, table_name) values ('SHOP', 'PLAIN')");
        change("insert into all_constraints values ('SHOP', 'K', 'P', 'PLAIN', null, null)");
        change("insert into all_cons_columns values ('SHOP', 'K', 'PLAIN', null, null)");
        change("insert into all_objects (owner, object_name, object_type) values ('SHOP', '', 'VIEW')");
        change("insert into all_col_comments values ('SHOP', 'PLAIN', null, 'of none')");

        connection.crawl();

        assertThat(inside("name")).contains("PLAIN");
    }

    @Test
    void aCrawlAsksTheSameFewQuestionsHoweverManyTablesThereAre() throws Exception {
        for (int i = 0; i < 30; i++) {
            server.createTable(path("T" + i), List.of("ID"));
            server.createView(path("V" + i), "T" + i);
        }
        server.connector().takeStatements();

        connection.crawl();

        // The database, its schemas; relations, columns, defaults, keys, comments, views, materialized views.
        assertThat(server.connector().takeStatements()).hasSize(9);
        connection.crawl(TaskInput.of(connection.idAt(path("T1"))));
        // And the table's name.
        assertThat(server.connector().takeStatements()).hasSize(10);
    }

    private void materialize(String name) {
        // An account that was granted it sees its table; not always the object of the other type.
        server.createTable(path(name), List.of("ID"));
        change("insert into all_mviews values ('SHOP', ?, ?, 'select id from PLAIN')", name, name);
        change("insert into all_tab_comments values ('SHOP', ?, 'TABLE', 'snapshot table for snapshot')", name);
        change("insert into all_mview_comments values ('SHOP', ?, 'kept for reports')", name);
    }

    private void column(
            String table, String name, String type, int length, @Nullable Integer precision, @Nullable Integer scale) {
        change("""
                insert into all_tab_cols (owner, table_name, column_id, column_name, data_type, data_length, data_precision,
                                          data_scale)
                select 'SHOP', ?, count(*) + 1, ?, ?, ?, ?, ? from all_tab_cols where table_name = ?""", table, name, type, length, precision, scale, table);
    }

    private void text(String table, String name, String type, int bytes, int characters, String used) {
        column(table, name, type, bytes, null, null);
        change("update all_tab_cols set char_length = ?, char_used = ? where column_name = ?", characters, used, name);
    }

    private void key(
            String owner,
            String table,
            String name,
            String type,
            @Nullable String toOwner,
            @Nullable String toName,
            String... columns) {
        change("insert into all_constraints values (?, ?, ?, ?, ?, ?)", owner, name, type, table, toOwner, toName);
        for (int i = 0; i < columns.length; i++) {
            change("insert into all_cons_columns values (?, ?, ?, ?, ?)", owner, name, table, columns[i], i + 1);
        }
    }

    private List<String> path(String relation) {
        return List.of(database, "SHOP", relation);
    }

    private void change(String sql, @Nullable Object... values) {
        server.change(List.of(database), sql, values);
    }

    private String value(String expression, String relation) {
        return String.valueOf(connection.valueAt(expression, path(relation)));
    }

    private List<String> columns(String relation, String expression) {
        return connection.columns(path(relation), expression);
    }

    private List<String> inside(String expression) {
        return connection.list(expression, "parent_id = '" + connection.idAt(List.of(database, "SHOP")) + "'");
    }
}
