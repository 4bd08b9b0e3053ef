package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CrawlFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceProbe;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is set for the account or the database changes nothing of what a crawl finds, and runs no code of others. */
class PostgresSettingsTest {
    private final CrawlFixture fixture = new CrawlFixture();
    private final String role = fixture.database + "_reader";

    @BeforeEach
    void create() {
        fixture.source("create role " + role + " login password 'reader'");
        fixture.user = role;
        fixture.password = "reader";
        fixture.source("""
                create table c (
                    t text default E'back\\\\slash', d timestamptz default '2026-03-04 05:06:07+00', i interval default '1 day 2 hours',
                    f float8 default 0.1::float8 + 0.2, b bytea default '\\xdead', "Odd" money default 12.5::numeric::money,
                    n int generated always as (length('a\\b' || 'c') + 1) stored);
                create view v as select timestamptz '2026-03-04 05:06:07+00' as at, E'x\\\\y' as e, "Odd" from c;
                """);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "standard_conforming_strings = off",
                "DateStyle = 'German'",
                "IntervalStyle = 'iso_8601'",
                "TimeZone = 'Asia/Kathmandu'",
                "bytea_output = 'escape'",
                "extra_float_digits = '-10'",
                "quote_all_identifiers = on",
                "search_path = 'public, pg_catalog'",
                "lock_timeout = '1ms'",
                "statement_timeout = '30s'",
                "idle_in_transaction_session_timeout = '30s'",
                "default_transaction_isolation = 'serializable'",
                "default_transaction_read_only = on",
                "client_encoding = 'LATIN1'"
            })
    void aSettingOfTheRoleChangesNothing(String setting) throws Exception {
        fixture.crawl();
        fixture.source("alter role " + role + " set " + setting);

        CrawlResult result = fixture.crawl();

        assertThat(result.objects()).isEqualTo(new CrawlResult.Objects(4, 0, 0, 4, 0, 0));
        assertThat(result.warnings()).isEmpty();
    }

    @Test
    void functionsAndOperatorsOfOthersAreNotCalled() throws Exception {
        fixture.source("create schema app; grant usage on schema app to public");
        for (String function : List.of(
                "set_config(text, text, boolean) returns text",
                "has_database_privilege(oid, text) returns boolean",
                "has_schema_privilege(oid, text) returns boolean",
                "shobj_description(oid, name) returns text",
                "obj_description(oid, name) returns text",
                "current_database() returns name",
                "pg_get_expr(pg_node_tree, oid) returns text",
                "pg_get_viewdef(oid) returns text",
                "format_type(oid, integer) returns text",
                "same_name(name, name) returns boolean",
                "same_text(text, text) returns boolean",
                "same_oid(oid, oid) returns boolean")) {
            fixture.source("create function app." + function
                    + " language plpgsql as $$ begin raise exception 'ran as %', current_user; end $$");
        }
        fixture.source("create operator app.= (leftarg = name, rightarg = name, function = app.same_name);"
                + " create operator app.= (leftarg = text, rightarg = text, function = app.same_text);"
                + " create operator app.= (leftarg = oid, rightarg = oid, function = app.same_oid)");
        fixture.source("alter role " + role + " set search_path = app, pg_catalog");

        assertThat(fixture.crawl().warnings()).isEmpty();
        try (SourceProbe probe =
                CrawlFixture.sources().probe(fixture.execution(TaskType.VALIDATE, TaskInput.DEFAULT))) {
            probe.checkNetwork();
            probe.checkTls();
            probe.checkAuthentication();
            assertThat(probe.checkPrivileges()).isInstanceOf(Finding.Passed.class);
        }
    }

    @Test
    void aTemplateDatabaseIsCrawledLikeAnyOther() throws Exception {
        CrawlResult before = fixture.crawl();
        fixture.source("alter database " + fixture.database + " is_template true");
        try {
            assertThat(fixture.crawl().objects())
                    .isEqualTo(new CrawlResult.Objects(
                            before.objects().seen(), 0, 0, before.objects().seen(), 0, 0));
        } finally {
            fixture.source("alter database " + fixture.database + " is_template false");
        }
    }

    @Test
    void bytesThatAreNotUtf8AreReplacedAndTheirObjectNamed() throws Exception {
        String latin = fixture.database + "_latin";
        fixture.source("postgres", "create database " + latin + " template template0 encoding 'SQL_ASCII' locale 'C'");
        fixture.settings = CrawlFixture.settings(List.of(latin + "/**"), List.of());
        try {
            fixture.source(
                    latin,
                    "create table ok (a int); create table bad (a int default length(E'\\351t\\351'), b int);"
                            + " create view seen as select E'\\351'::text as x;"
                            + " comment on column bad.a is E'caf\\351 au lait'");

            CrawlResult result = fixture.crawl();

            assertThat(result.objects().created()).isEqualTo(5);
            assertThat(result.warnings())
                    .containsExactlyInAnyOrder(
                            latin + "/public/bad has bytes that are not UTF-8; they were replaced",
                            "the definition of " + latin
                                    + "/public/seen has bytes that are not UTF-8; they were replaced");
            assertThat(fixture.list("detail -> 'columns' -> 0 ->> 'description'", "name = 'bad'"))
                    .containsExactly("caf\uFFFD au lait");
            assertThat(fixture.crawl().objects().unchanged()).isEqualTo(5);
        } finally {
            fixture.source("postgres", "drop database " + latin);
        }
    }

    @Test
    void filtersThatCoverNothingAreWarnedOf() throws Exception {
        fixture.settings = CrawlFixture.settings(List.of(fixture.database + "/no_such_schema/**"), List.of());
        assertThat(fixture.crawl().warnings()).singleElement().asString().contains("include and exclude patterns");
        fixture.settings = CrawlFixture.settings(List.of(), List.of());
        assertThat(fixture.crawl().warnings()).singleElement().asString().contains("include and exclude patterns");
    }
}
