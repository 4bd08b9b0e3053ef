package dev.connections.worker.source.redshift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is read of a stand-in for a cluster. */
class RedshiftCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final RedshiftSourceServer server = RedshiftSourceServer.shared();
    private final String database = "crawl" + NUMBER.incrementAndGet();
    private final List<String> databases = new ArrayList<>(List.of(database));
    private final ObjectNode configuration =
            server.configurations(server.port(), database).getFirst();
    private final SourceConnection connection = new SourceConnection(server, configuration);

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        server.createDatabase(database);
        source("create schema shop");
    }

    @AfterEach
    void close() {
        connection.close();
        databases.forEach(server::dropDatabase);
    }

    @Test
    void columnsHaveTheirTypesAsTheClusterWritesThem() throws Exception {
        source("""
                create table shop.kinds (
                    flag boolean, small smallint, whole integer, big bigint, amount numeric(8,2), ratio real,
                    exact double precision, name varchar(40), code char(3), body text, born date, at time,
                    seen timestamp, heard timestamptz, raw bytea, more json)
                """);

        connection.crawl();

        assertThat(columns("kinds", "c ->> 'name' || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "flag boolean BOOLEAN",
                        "small smallint INTEGER",
                        "whole integer INTEGER",
                        "big bigint INTEGER",
                        "amount numeric(8,2) DECIMAL",
                        "ratio real FLOAT",
                        "exact double precision FLOAT",
                        "name character varying(40) STRING",
                        "code character(3) STRING",
                        "body text STRING",
                        "born date DATE",
                        "at time without time zone TIME",
                        "seen timestamp without time zone TIMESTAMP",
                        "heard timestamp with time zone TIMESTAMP",
                        "raw bytea BINARY",
                        "more json JSON");
    }

    @Test
    void defaultsIdentitiesKeysAndCommentsAreRead() throws Exception {
        source("create table shop.parent (b int, a int, note text default 'it''s', primary key (b, a))");
        source("""
                create table shop.child (
                    id int not null default identity(100123, 0, '1,1'), x int, y int,
                    constraint to_the_parent foreign key (y, x) references shop.parent (b, a))
                """);
        source("comment on table shop.parent is 'all parents'");
        source("comment on column shop.child.x is 'the first'");
        source("comment on schema shop is 'what is sold'");

        connection.crawl();

        assertThat(value("description", "parent")).isEqualTo("all parents");
        assertThat(connection.valueAt("description", List.of(database, "shop"))).isEqualTo("what is sold");
        assertThat(value("detail ->> 'primaryKey'", "parent")).isEqualTo("[\"b\", \"a\"]");
        assertThat(value("detail #>> '{foreignKeys,0,name}'", "child")).isEqualTo("to_the_parent");
        assertThat(value("detail #>> '{foreignKeys,0,columns}'", "child")).isEqualTo("[\"y\", \"x\"]");
        assertThat(value("detail #>> '{foreignKeys,0,referencedPath}'", "child"))
                .isEqualTo("[\"" + database + "\", \"shop\", \"parent\"]");
        assertThat(value("detail #>> '{foreignKeys,0,referencedColumns}'", "child"))
                .isEqualTo("[\"b\", \"a\"]");
        assertThat(columns("parent", "c ->> 'defaultValue'")).contains("'it''s'::text");
        assertThat(columns(
                        "child",
                        "concat_ws(' ', c ->> 'name', c ->> 'nullable', c ->> 'identity', c ->> 'defaultValue',"
                                + " c ->> 'description')"))
                .containsExactly("id false true", "x true false the first", "y true false");
    }

    @Test
    void viewsOfEveryKindAreToldApart() throws Exception {
        source("create table shop.orders (id int)");
        source("create view shop.plain as select id from shop.orders");
        source("create view shop.late as select");
        source("create view shop.broken as select");
        source("create view shop.kept as select id from shop.orders");
        source("create table shop.mv_tbl__kept__0 (id int)");
        source("insert into pg_catalog.late_binding_column values ('shop', 'late', 'total', 'numeric(8,2)', 2),"
                + " ('shop', 'late', 'id', 'integer', 1), ('shop', 'elsewhere', 'id', 'integer', 1)");

        CrawlResult result = connection.crawl();

        assertThat(inside("name || ' ' || type || ' ' || normalized_type || ' ' || remote_type"))
                .containsExactly(
                        "broken LATE_BINDING_VIEW VIEW late-binding view",
                        "kept MATERIALIZED_VIEW VIEW materialized view",
                        "late LATE_BINDING_VIEW VIEW late-binding view",
                        "orders TABLE TABLE table",
                        "plain VIEW VIEW view");
        assertThat(columns("late", "c ->> 'name' || ' ' || (c ->> 'normalizedType')"))
                .containsExactly("id INTEGER", "total DECIMAL");
        assertThat(value("detail ->> 'viewDefinition'", "plain")).contains("FROM shop.orders");
        assertThat(value("detail ->> 'viewDefinition' || column_names::text", "broken"))
                .endsWith("{}");
        assertThat(result.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .startsWith("the cluster lists no columns for these late-binding views")
                        .contains("new ones have no columns in the catalog, the others were left as they are")
                        .endsWith(": " + database + "/shop/broken"));
    }

    @Test
    void lateBindingViewsStayAsTheyAreWhereTheClusterCannotListTheirColumns() throws Exception {
        source("create view shop.late as select");
        source("insert into pg_catalog.late_binding_column values ('shop', 'late', 'id', 'integer', 1)");
        connection.crawl();
        source("""
                create or replace function pg_catalog.pg_get_late_binding_view_cols() returns setof record
                language plpgsql as $$ begin raise 'relation does not exist'; end $$
                """);

        CrawlResult result = connection.crawl();

        assertThat(result.objects().missing()).isZero();
        assertThat(result.objects().updated()).isZero();
        assertThat(columns("late", "c ->> 'name'")).containsExactly("id");
        assertThat(result.warnings())
                .contains(
                        "the columns of late-binding views could not be listed; new ones have none in the catalog, the others"
                                + " were left as they are: " + database + "/shop/late: ERROR: relation does not exist");
    }

    @Test
    void aLateBindingViewKeepsItsColumnsWhenItsTableIsGoneAndLosesNothingElse() throws Exception {
        source("create view shop.late as select");
        source("comment on view shop.late is 'as it was'");
        source("insert into pg_catalog.late_binding_column values ('shop', 'late', 'id', 'integer', 1)");
        connection.crawl();
        String id = String.valueOf(connection.idAt(List.of(database, "shop", "late")));
        source("delete from pg_catalog.late_binding_column");
        source("create view shop.later as select");

        for (int crawls = 0; crawls < 2; crawls++) {
            CrawlResult result = connection.crawl();
            assertThat(result.objects().missing()).isZero();
            assertThat(result.objects().updated()).isZero();
        }

        assertThat(inside("name || ' ' || column_names::text")).containsExactly("late {id}", "later {}");
        assertThat(value("description || id", "late")).isEqualTo("as it was" + id);
        // Once its columns are known again, they are read like those of others.
        source("insert into pg_catalog.late_binding_column values ('shop', 'later', 'a', 'integer', 1),"
                + " ('shop', 'late', 'b', 'integer', 1)");
        assertThat(connection.crawl().objects().updated()).isEqualTo(2);
        assertThat(inside("name || ' ' || column_names::text")).containsExactly("late {b}", "later {a}");
    }

    @Test
    void theCommentOnTheDatabaseIsRead() throws Exception {
        source("insert into pg_description select oid, 1262, 0, 'all that is sold' from pg_database where datname = '"
                + database + "'");
        connection.crawl();
        assertThat(connection.valueAt("description", List.of(database))).isEqualTo("all that is sold");
    }

    @Test
    void aDefinitionThatCannotBeReadStaysAsItWas() throws Exception {
        source("create function shop.one() returns int language sql as 'select 1'");
        source("create view shop.bad as select shop.one() as a");
        source("create view shop.good as select 1 as a");
        connection.crawl();
        String known = value("detail ->> 'viewDefinition'", "bad");
        source("delete from pg_proc where proname = 'one'");

        CrawlResult result = connection.crawl();

        assertThat(known).contains("shop.one()");
        assertThat(value("detail ->> 'viewDefinition'", "bad")).isEqualTo(known);
        assertThat(value("detail ->> 'viewDefinition'", "good")).contains("SELECT 1");
        assertThat(result.objects().updated()).isZero();
        assertThat(result.warnings())
                .contains("the definitions of these views could not be read, so what is known of them was kept: "
                        + database + "/shop/bad");
    }

    @Test
    void tablesOfExternalSchemasAreReadAndThoseOfARefusedOneAreKept() throws Exception {
        external("lake", "clicks", "ip", "string", 1);
        external("lake", "clicks", "tags", "array<struct<a:int>>", 2);
        external("lake", "visits", "at", "timestamp", 1);
        external("lake", "by_day", "day", "date", 1);
        source(
                "insert into pg_catalog.external_table values"
                        + " ('lake', 'clicks', 'TABLE', 'org.apache.hadoop.mapred.TextInputFormat'), ('lake', 'by_day', 'VIEW', '')");
        connection.crawl();

        assertThat(connection.list(
                        "concat_ws(' ', name, type, normalized_type, remote_format)", "cardinality(path) = 3"))
                .containsExactly(
                        "by_day VIEW VIEW",
                        "clicks EXTERNAL_TABLE TABLE org.apache.hadoop.mapred.TextInputFormat",
                        "visits EXTERNAL_TABLE TABLE");
        assertThat(connection.valueAt("remote_type || ', ' || remote_kind", List.of(database, "lake")))
                .isEqualTo("external schema, data catalog");
        assertThat(connection.valueAt("type || ' ' || column_names::text", List.of(database, "lake", "clicks")))
                .isEqualTo("EXTERNAL_TABLE {ip,tags}");
        assertThat(connection.columns(List.of(database, "lake", "clicks"), "c ->> 'normalizedType'"))
                .containsExactly("STRING", "ARRAY");

        source("delete from pg_catalog.external_column where tablename = 'visits'");
        assertThat(connection.crawl().objects().missing()).isEqualTo(1);

        source("alter schema lake rename to forbidden; update pg_catalog.external_column set schemaname = 'forbidden'");
        CrawlResult refused = connection.crawl();

        assertThat(refused.objects().missing()).isZero();
        assertThat(refused.warnings())
                .contains("the external schema " + database
                        + "/forbidden could not be read, so what is known of it was kept:"
                        + " ERROR: not authorized to perform: glue:GetTables");
        assertThat(connection.idAt(List.of(database, "forbidden", "clicks"))).isNotNull();
    }

    @Test
    void aCrawlOfOneExternalTableLooksAtThatAlone() throws Exception {
        external("lake", "clicks", "ip", "string", 1);
        external("lake", "visits", "at", "timestamp", 1);
        connection.crawl();
        external("lake", "clicks", "agent", "string", 2);
        external("lake", "visits", "agent", "string", 2);

        CrawlResult one = connection.crawl(TaskInput.of(connection.idAt(List.of(database, "lake", "clicks"))));

        assertThat(one.objects()).isEqualTo(new CrawlResult.Objects(1, 0, 1, 0, 0, 0));
        assertThat(connection.valueAt("column_names", List.of(database, "lake", "clicks")))
                .isEqualTo("{ip,agent}");
        assertThat(connection.valueAt("column_names", List.of(database, "lake", "visits")))
                .isEqualTo("{at}");
    }

    @Test
    void anExternalTableOfWhichTheAccountIsShownNothingIsKept() throws Exception {
        external("lake", "clicks", "ip", "string", 1);
        connection.crawl();
        String role = readerOf("shop");
        // Nor does a cluster say then that the schema is external, or what is in it.
        source("delete from pg_catalog.pg_external_schema; delete from pg_catalog.external_column");

        CrawlResult one = connection.crawl(TaskInput.of(connection.idAt(List.of(database, "lake", "clicks"))));

        assertThat(one.objects().missing()).isZero();
        assertThat(one.warnings())
                .contains("the account has no USAGE privilege on schema " + database
                        + "/lake, so its inside was left as it is");
        assertThat(connection.crawl().objects().missing()).isZero();
        source("drop owned by " + role + "; drop role " + role);
    }

    @Test
    void aCrawlOfARefusedExternalSchemaFailsWithItsReason() throws Exception {
        external("forbidden", "clicks", "ip", "string", 1);
        connection.crawl();
        TaskInput schema = TaskInput.of(connection.idAt(List.of(database, "forbidden")));

        assertThat(catchThrowableOfType(RunFailedException.class, () -> connection.crawl(schema))
                        .error())
                .isEqualTo(new TaskError(
                        ErrorCode.REMOTE_ERROR,
                        "the external schema " + database
                                + "/forbidden could not be read, so what is known of it was kept:"
                                + " ERROR: not authorized to perform: glue:GetTables",
                        true));
    }

    @Test
    void anAnswerOfAnExternalSchemaThatComesWithANoticeIsNotAllThatThereIs() throws Exception {
        external("lake", "clicks", "ip", "string", 1);
        external("lake", "visits", "at", "timestamp", 1);
        connection.crawl();
        source("alter schema lake rename to partial");
        source("delete from pg_catalog.external_column where tablename = 'visits'");
        source("update pg_catalog.external_column set schemaname = 'partial'");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().missing()).isZero();
        assertThat(result.warnings())
                .anySatisfy(warning -> assertThat(warning)
                        .startsWith("the external schema " + database + "/partial could not be read")
                        .endsWith("the catalog did not answer"));
    }

    @Test
    void databasesFromDatasharesAreNamedAndLeftOut() throws Exception {
        create(database + "_share");
        String named =
                "these databases come from datashares and are not crawled here; register the cluster that shares them: ";

        assertThat(connection.crawl().warnings())
                .anySatisfy(warning -> assertThat(warning).startsWith(named).contains(database + "_share"));
        assertThat(connection.list("name", "type = 'DATABASE'")).containsExactly(database);
        assertThat(connection.validate().getLast())
                .isInstanceOf(Finding.Passed.class)
                .extracting(Finding::message)
                .asString()
                .startsWith(named);
    }

    @Test
    void severalDatabasesAreCrawledEachByItself() throws Exception {
        create(database + "_b");
        source("create table shop.orders (id int)");
        server.execute(List.of(database + "_b"), "create table public.items (id int)");

        connection.crawlSplit();

        assertThat(connection.list("name", "type = 'TABLE'")).containsExactlyInAnyOrder("orders", "items");
    }

    @Test
    void aServerThatIsNoClusterIsSaidSo() {
        String other = database + "_other";
        databases.add(other);
        server.execute("postgres", "create database " + other + " template template0");
        configuration.put("database", other);

        assertThat(connection.failedValidation().code()).isEqualTo(ErrorCode.UNSUPPORTED_TECHNOLOGY);
        assertThat(connection.failedCrawl().message())
                .isEqualTo(
                        "the server is no Redshift cluster; if it is PostgreSQL, register the connection as PostgreSQL");
    }

    /** Creates a role that may use one schema, and logs in as it from now on. */
    private String readerOf(String schema) {
        String role = "reader_of_" + database;
        server.createRole(role);
        source("grant usage on schema " + schema + " to " + role);
        configuration.withObject("/credential").put("username", role);
        return role;
    }

    private void create(String name) {
        server.createDatabase(name);
        databases.add(name);
    }

    private void source(String sql) {
        server.execute(database, sql);
    }

    /** Adds a column to a table of an external schema, which is created with its first. */
    private void external(String schema, String table, String column, String type, int number) {
        source("create schema if not exists " + schema);
        source("insert into pg_catalog.pg_external_schema select oid, 1, 'db', '{}' from pg_namespace where nspname = '"
                + schema + "' and oid not in (select esoid from pg_catalog.pg_external_schema)");
        source("insert into pg_catalog.external_column values ('" + schema + "', '" + table + "', '" + column + "', '"
                + type + "', " + number + ", 'true')");
    }

    private String value(String expression, String relation) {
        return String.valueOf(connection.valueAt(expression, List.of(database, "shop", relation)));
    }

    private List<String> columns(String relation, String expression) {
        return connection.columns(List.of(database, "shop", relation), expression);
    }

    private List<String> inside(String expression) {
        return connection.list(expression, "parent_id = '" + connection.idAt(List.of(database, "shop")) + "'");
    }
}
