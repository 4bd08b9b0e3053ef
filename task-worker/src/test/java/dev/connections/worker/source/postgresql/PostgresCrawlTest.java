package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CrawlFixture;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class PostgresCrawlTest {
    private final CrawlFixture fixture = new CrawlFixture();

    @BeforeEach
    void createSchema() {
        fixture.source(SHOP);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void countsAgreeWithTheSource() throws Exception {
        CrawlResult result = fixture.crawl();

        long schemas =
                count("select count(*) from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'");
        long relations = count("select count(*) from pg_class " + OURS);
        assertThat(result.objects())
                .isEqualTo(new CrawlResult.Objects(1 + schemas + relations, 1 + schemas + relations, 0, 0, 0, 0));
        assertThat(result.warnings()).isEmpty();
        assertThat(fixture.list(
                        "sum(jsonb_array_length(detail -> 'columns')) over ()", "normalized_type in ('TABLE', 'VIEW')"))
                .contains(String.valueOf(
                        count("select count(*) from pg_attribute join pg_class on attrelid = pg_class.oid " + OURS
                                + " and attnum > 0 and not attisdropped")));
    }

    @Test
    void everyRelationAndColumnReadsAsTheSourceHasIt() throws Exception {
        fixture.crawl();

        List<String> expected = CrawlFixture.texts(fixture.sourceClient()
                .sql("select oid || ' ' || relnamespace::regnamespace || ' ' || relname from pg_class " + OURS
                        + " order by 1"));
        assertThat(fixture.list("remote_id || ' ' || quote_ident(path[2]) || ' ' || name", "cardinality(path) = 3"))
                .containsExactlyInAnyOrderElementsOf(expected);
        List<String> columns = CrawlFixture.texts(fixture.sourceClient()
                .sql(
                        "select attrelid || ' ' || attnum || ' ' || attname || ' ' || format_type(atttypid, atttypmod) || ' '"
                                + " || (attnotnull or typnotnull or attname = 'dom2') from pg_attribute join pg_class on attrelid = pg_class.oid"
                                + " join pg_type on atttypid = pg_type.oid " + OURS
                                + " and attnum > 0 and not attisdropped and relname <> 'person'"));
        assertThat(CrawlFixture.texts(fixture.catalog.sql("""
                                select remote_id || ' ' || (c ->> 'ordinal') || ' ' || (c ->> 'name') || ' '
                                       || replace(c ->> 'remoteType', 'shop.', '') || ' ' || not (c ->> 'nullable')::boolean
                                  from data_object, jsonb_array_elements(detail -> 'columns') c
                                 where connection_id = :c and name <> 'person'
                                """).param("c", fixture.connectionId)))
                .containsExactlyInAnyOrderElementsOf(columns.stream()
                        .map(column -> column.replace("shop.", ""))
                        .toList());
    }

    @Test
    void typesAreInTheSourcesWordsAndInOurs() throws Exception {
        fixture.crawl();

        assertThat(fixture.list(
                        "concat_ws('|', name, type, normalized_type, remote_type, remote_format, remote_kind)",
                        "path[2] = 'kinds'"))
                .containsExactly(
                        "kinds|SCHEMA|SCHEMA|schema",
                        "far|FOREIGN_TABLE|TABLE|foreign table|foreign, permanent",
                        "fast|TABLE|TABLE|table|heap|ordinary, unlogged",
                        "measure|PARTITIONED_TABLE|TABLE|partitioned table|partitioned, permanent",
                        "measure_2026|TABLE|TABLE|table|heap|partition, permanent",
                        "newest|VIEW|VIEW|view|view, permanent",
                        "totals|MATERIALIZED_VIEW|VIEW|materialized view|heap|materialized view, permanent");
        assertThat(types("shop", "every_type"))
                .containsExactly(
                        "b BOOLEAN",
                        "i INTEGER",
                        "n DECIMAL",
                        "f FLOAT",
                        "s STRING",
                        "y BINARY",
                        "d DATE",
                        "t TIME",
                        "ts TIMESTAMP",
                        "iv INTERVAL",
                        "u UUID",
                        "j JSON",
                        "x XML",
                        "a ARRAY",
                        "st STRUCT",
                        "e ENUM",
                        "o OTHER",
                        "dom DECIMAL",
                        "dom2 DECIMAL",
                        "arrdom ARRAY");
    }

    @Test
    void columnsHaveDefaultsIdentityGenerationAndComments() throws Exception {
        fixture.crawl();

        JsonNode columns = detail("shop", "person").get("columns");
        assertThat(columns.valueStream().map(column -> column.get("name").stringValue()))
                .containsExactly("id", "born", "full name", "mood", "name_length", "amount");
        assertThat(columns.get(0)).isEqualTo(Json.tree("""
                        {"name": "id", "ordinal": 1, "remoteType": "bigint", "normalizedType": "INTEGER",
                         "nullable": false, "generated": false, "identity": true}
                        """));
        assertThat(columns.get(1).get("defaultValue").stringValue()).isEqualTo("'2000-01-01'::date");
        assertThat(columns.get(2).get("description").stringValue()).isEqualTo("How they are \"called\"\n\\N");
        assertThat(columns.get(2).get("remoteType").stringValue()).isEqualTo("character varying(40)");
        assertThat(columns.get(3).get("remoteType").stringValue()).isEqualTo("shop.mood");
        assertThat(columns.get(4).get("generated").booleanValue()).isTrue();
        assertThat(columns.get(4).get("defaultValue").stringValue()).contains("length(");
        assertThat(columns.get(5).get("ordinal").intValue()).isEqualTo(7);
        assertThat(columns.get(5).get("nullable").booleanValue()).isFalse();
        assertThat(fixture.valueOf("description", "shop", "person")).isEqualTo("People\tof the shop");
        assertThat(fixture.valueOf("description", "shop")).isEqualTo("All of it");
        assertThat(fixture.valueOf("description")).isEqualTo("The source");
        assertThat(fixture.valueOf("column_names", "shop", "person")).contains("\"full name\"");
    }

    @Test
    void keysAreInKeyOrderAndLeadToTheReferencedTable() throws Exception {
        fixture.crawl();

        JsonNode detail = detail("shop", "order_line");
        assertThat(detail.get("primaryKey").toString()).isEqualTo("[\"line\",\"order_no\"]");
        assertThat(detail.get("foreignKeys").toString())
                .isEqualTo("[{\"name\":\"back\",\"columns\":[\"year\",\"order_no\"],\"referencedPath\":[\""
                        + fixture.database + "\",\"odd \\\"names\\\"\",\"Bestellung/é\"],"
                        + "\"referencedColumns\":[\"Jahr\",\"Nr.\"]}]");
        assertThat(detail("shop", "reading").get("foreignKeys")).hasSize(1);
        assertThat(detail("kinds", "newest").get("viewDefinition").stringValue())
                .contains("kinds.measure");
    }

    @Test
    void anAccountWithoutPrivilegesIsWarnedOfWhatItMissed() throws Exception {
        fixture.source("create role " + fixture.database
                + "_reader login password 'reader'; grant usage on schema shop to " + fixture.database + "_reader");
        fixture.crawl();
        fixture.user = fixture.database + "_reader";
        fixture.password = "reader";

        CrawlResult result = fixture.crawl();

        assertThat(result.objects().missing()).isZero();
        assertThat(result.warnings())
                .hasSize(2)
                .allSatisfy(warning -> assertThat(warning).contains("USAGE"));
    }

    @Test
    void aDatabaseThatCannotBeOpenedIsLeftAsItIs() throws Exception {
        String other = fixture.database + "_other";
        fixture.source("create database " + other);
        fixture.settings = CrawlFixture.settings(List.of(fixture.database + "*/**"), List.of());
        try {
            fixture.crawlSplit();
            fixture.source("alter database " + other + " allow_connections false");
            CrawlResult closed = fixture.crawl();
            assertThat(closed.warnings()).hasSize(1);
            assertThat(closed.objects().missing()).isZero();
            fixture.source("alter database " + other + " allow_connections true");
            fixture.source("create role " + fixture.database + "_limited login password 'limited'");
            fixture.source("alter database " + other + " connection limit 0");
            fixture.user = fixture.database + "_limited";
            fixture.password = "limited";
            CrawlResult limited = fixture.crawl();
            assertThat(limited.warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("too many connections"));
            assertThat(limited.objects().missing()).isZero();
            assertThat(fixture.list("name", "path[1] = '" + other + "' and missing_since is null"))
                    .contains("public");
        } finally {
            fixture.source("drop database " + other);
        }
    }

    @Test
    void aTechnologyWithoutCrawlerFailsAtOnce() {
        Execution execution = fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT, Technology.TERADATA);

        assertThatThrownBy(() -> fixture.read(execution))
                .isInstanceOfSatisfying(
                        RunFailedException.class,
                        e -> assertThat(e.error().code()).isEqualTo(ErrorCode.DRIVER_UNAVAILABLE));
    }

    private JsonNode detail(String... names) {
        return Json.tree(String.valueOf(fixture.valueOf("detail", names)));
    }

    private List<String> types(String... names) {
        return detail(names)
                .get("columns")
                .valueStream()
                .map(column -> column.get("name").stringValue() + " "
                        + column.get("normalizedType").stringValue())
                .toList();
    }

    private long count(String sql) throws Exception {
        return fixture.sourceClient().sql(sql).query(Long.class).single();
    }

    private static final String OURS = """
            where relkind in ('r', 'p', 'f', 'v', 'm')
              and relnamespace not in (select oid from pg_namespace where nspname ~ '^pg_' or nspname = 'information_schema')
            """;

    private static final String SHOP = """
            create schema shop;
            comment on schema shop is 'All of it';
            do $$ begin execute format('comment on database %I is %L', current_database(), 'The source'); end $$;
            create type shop.mood as enum ('happy', 'sad');
            create type shop.pair as (a int, b text);
            create domain shop.price as numeric(10, 2) not null check (value > 0);
            create domain shop.offer as shop.price;
            create domain shop.tags as text[];
            create table shop.person (
                id bigint generated always as identity primary key,
                born date default '2000-01-01',
                "full name" varchar(40),
                mood shop.mood,
                gone int,
                name_length int generated always as (length("full name")) stored,
                amount shop.price);
            alter table shop.person drop column gone;
            comment on table shop.person is E'People\\tof the shop';
            comment on column shop.person."full name" is E'How they are "called"\\n\\\\N';
            create table shop.every_type (
                b boolean, i smallint, n numeric(12, 3), f real, s text, y bytea, d date, t time with time zone,
                ts timestamptz(3), iv interval, u uuid, j jsonb, x xml, a int[], st shop.pair, e shop.mood, o inet,
                dom shop.price, dom2 shop.offer, arrdom shop.tags);
            create schema "odd ""names\""";
            create table "odd ""names\"""."Bestellung/é" ("Nr." int, "Jahr" int, primary key ("Jahr", "Nr."));
            create table "odd ""names\"""." {a,b} \\N \t""q"" " ("a\\b" int, "c{,}" int);
            create table "odd ""names\"""."表🐘" ();
            create table shop.order_line (
                order_no int, line int, year int, primary key (line, order_no),
                constraint back foreign key (year, order_no)
                    references "odd ""names\"""."Bestellung/é" ("Jahr", "Nr."));
            create schema kinds;
            create table kinds.measure (at date not null, value int, primary key (at)) partition by range (at);
            create table kinds.measure_2026 partition of kinds.measure for values from ('2026-01-01') to ('2027-01-01');
            create table shop.reading (at date references kinds.measure);
            create unlogged table kinds.fast (id int);
            create view kinds.newest as select * from kinds.measure;
            create materialized view kinds.totals as select count(*) from kinds.measure;
            create extension postgres_fdw;
            create server far foreign data wrapper postgres_fdw;
            create foreign table kinds.far (id int) server far;
            """;
}
