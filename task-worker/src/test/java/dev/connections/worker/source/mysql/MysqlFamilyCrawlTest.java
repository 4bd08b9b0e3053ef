package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read of a server of MySQL's protocol, and how its own statements write it. */
abstract class MysqlFamilyCrawlTest extends MysqlFamilyDatabase {
    MysqlFamilyCrawlTest(MysqlSourceServer server) {
        super(server);
    }

    @Test
    void columnsHaveTheirTypesAsTheServerWritesThem() throws Exception {
        source("""
                create table kinds (
                    id bigint unsigned not null auto_increment primary key, flag tinyint(1), tiny tinyint unsigned, small smallint,
                    amount decimal(12,3), ratio double, bits bit(5), one bit(1), code char(3), name varchar(40), body mediumtext,
                    raw varbinary(16), pixels blob, born date, at time(3), seen datetime(6), changed timestamp null,
                    season enum('spring','it''s autumn'), marks set('a','b'), built year, place point, more json)
                """);

        fixture.crawl();

        assertThat(columns("kinds", "c ->> 'name' || ' ' || (c ->> 'remoteType') || ' ' || (c ->> 'normalizedType')"))
                .containsExactly(
                        "id " + integer("bigint", 20) + " unsigned INTEGER",
                        "flag tinyint(1) BOOLEAN",
                        "tiny " + integer("tinyint", 3) + " unsigned INTEGER",
                        "small " + integer("smallint", 6) + " INTEGER",
                        "amount decimal(12,3) DECIMAL",
                        "ratio double FLOAT",
                        "bits bit(5) BINARY",
                        "one bit(1) BOOLEAN",
                        "code char(3) STRING",
                        "name varchar(40) STRING",
                        "body mediumtext STRING",
                        "raw varbinary(16) BINARY",
                        "pixels blob BINARY",
                        "born date DATE",
                        "at time(3) TIME",
                        "seen datetime(6) TIMESTAMP",
                        "changed timestamp TIMESTAMP",
                        "season enum('spring','it''s autumn') ENUM",
                        "marks set('a','b') OTHER",
                        "built year(4) INTEGER",
                        "place point GEOGRAPHY",
                        isMariaDb ? "more longtext STRING" : "more json JSON");
        assertThat(columns("kinds", "c ->> 'name'", "(c ->> 'identity')::boolean"))
                .containsExactly("id");
        assertThat(columns("kinds", "c ->> 'name'", "not (c ->> 'nullable')::boolean"))
                .containsExactly("id");
        assertThat(columns("kinds", "c ->> 'ordinal'")).first().isEqualTo("1");
    }

    /** Old versions of both write the width of an integer, which says nothing of what it can hold. */
    private static String integer(String type, int width) {
        return type + "(" + width + ")";
    }

    @Test
    void defaultsAreAsAStatementWouldHaveThem() throws Exception {
        source("""
                create table fallbacks (
                    none int, nothing int default null, number int default 7, amount decimal(5,2) default 1.50,
                    word varchar(60) default 'it''s \\\\ "here"', blank varchar(5) default '', day date default '2020-02-29',
                    now timestamp not null default current_timestamp, choice enum('a','b') default 'b', bits bit(3) default b'101',
                    stamp datetime(3) default current_timestamp(3) on update current_timestamp(3), null_word varchar(9) default 'NULL')
                """);

        fixture.crawl();

        String now = isMariaDb ? "current_timestamp" : "CURRENT_TIMESTAMP";
        assertThat(columns(
                        "fallbacks",
                        "c ->> 'name' || '=' || (c ->> 'defaultValue')",
                        "c ->> 'defaultValue' is not null"))
                .containsExactly(
                        "number=7",
                        "amount=1.50",
                        "word='it''s \\\\ \"here\"'",
                        "blank=''",
                        "day='2020-02-29'",
                        "now=" + now + (isMariaDb ? "()" : ""),
                        "choice='b'",
                        "bits=b'101'",
                        "stamp=" + now + "(3)",
                        "null_word='NULL'");
    }

    @Test
    void expressionsOfDefaultsAndGeneratedColumnsAreReadable() throws Exception {
        source("""
                create table computed (
                    a int, b int generated always as (a + 1) virtual, c varchar(20) as (concat('it''s', a)) stored,
                    d varchar(40) default (concat('x', 'y')))
                """);

        fixture.crawl();

        assertThat(columns("computed", "c ->> 'name'", "(c ->> 'generated')::boolean"))
                .containsExactly("b", "c");
        String shown = shown("create table computed");
        for (String expression : columns("computed", "c ->> 'defaultValue'", "c ->> 'defaultValue' is not null")) {
            assertThat(shown).contains(expression);
        }
        assertThat(columns("computed", "c ->> 'name'", "c ->> 'defaultValue' is not null"))
                .containsExactly("b", "c", "d");
    }

    @Test
    void keysCommentsEnginesAndPartitionsAreRead() throws Exception {
        source("create table parent (b int, a int, primary key (b, a)) engine = InnoDB comment = 'über \\'all\\''");
        source("create table child (x int comment 'the first', y int,"
                + " constraint `to the parent` foreign key (y, x) references parent (b, a)) engine = InnoDB");
        source("create table parts (d int not null) engine = InnoDB partition by range (d)"
                + " (partition p0 values less than (10), partition p1 values less than maxvalue)");

        fixture.crawl();

        assertThat(value("detail ->> 'primaryKey'", "parent")).isEqualTo("[\"b\", \"a\"]");
        assertThat(value("description", "parent")).isEqualTo("über 'all'");
        assertThat(value("detail #>> '{foreignKeys,0,name}'", "child")).isEqualTo("to the parent");
        assertThat(value("detail #>> '{foreignKeys,0,columns}'", "child")).isEqualTo("[\"y\", \"x\"]");
        assertThat(value("detail #>> '{foreignKeys,0,referencedPath}'", "child"))
                .isEqualTo("[\"" + database + "\", \"parent\"]");
        assertThat(value("detail #>> '{foreignKeys,0,referencedColumns}'", "child"))
                .isEqualTo("[\"b\", \"a\"]");
        assertThat(columns("child", "c ->> 'description'", "c ->> 'description' is not null"))
                .containsExactly("the first");
        assertThat(value("remote_format", "child")).isEqualTo("InnoDB");
        assertThat(value("type", "parts")).isEqualTo("PARTITIONED_TABLE");
        assertThat(value("(now() - remote_created_at < interval '1 hour')::text", "child"))
                .isEqualTo("true");
    }

    @Test
    void definitionsOfViewsAreReadByWhomeverTheyAreShown() throws Exception {
        source("create table orders (id int, total int)");
        source("create view `all (of) them` as select id, total from orders");
        source("create view named (`a ) AS b`, c) as select id, total from orders");
        reader("grant select, show view on " + database + ".* to " + user);

        assertThat(fixture.crawl().warnings()).isEmpty();

        String table = "`" + database + "`.`orders`";
        assertThat(value("detail ->> 'viewDefinition'", "all (of) them"))
                .isEqualTo("select " + table + ".`id` AS `id`," + table + ".`total` AS `total` from " + table);
        assertThat(value("detail ->> 'viewDefinition'", "named"))
                .startsWith("select " + table + ".`id` AS ")
                .endsWith(" from " + table);
    }

    @Test
    void definitionsThatAreHiddenStayAsTheyWereKnown() throws Exception {
        source("create table orders (id int)");
        source("create view every as select id from orders");
        fixture.crawl();
        String known = value("detail ->> 'viewDefinition'", "every");
        reader("grant select on " + database + ".* to " + user);

        CrawlResult hidden = fixture.crawl();

        assertThat(known).startsWith("select ");
        assertThat(value("detail ->> 'viewDefinition'", "every")).isEqualTo(known);
        assertThat(hidden.objects().updated()).isZero();
        assertThat(hidden.warnings())
                .singleElement()
                .asString()
                .contains(database, "every", "grant SELECT and SHOW VIEW");
        Finding privileges = fixture.validate().getLast();
        assertThat(privileges).isInstanceOf(Finding.Warning.class);
        assertThat(privileges.message()).contains("SHOW VIEW");
    }

    @Test
    void aTableWhoseColumnsAreHiddenIsLeftAsItIs() throws Exception {
        source("create table orders (id int, total int)");
        fixture.crawl();
        reader("grant delete on " + database + ".orders to " + user);

        CrawlResult result = fixture.crawl();

        assertThat(value("column_names", "orders")).isEqualTo("{id,total}");
        assertThat(result.objects().missing()).isZero();
        assertThat(result.warnings()).singleElement().asString().contains(database + "/orders", "grant SELECT");
    }

    @Test
    void databasesThatDifferOnlyInAccentsAreNotMixedUp() throws Exception {
        String accented = database + "é";
        String plain = database + "e";
        server.execute(
                "create database `" + accented + "`",
                "create database " + plain,
                "create table `" + accented + "`.one (a int)",
                "create table " + plain + ".two (b int)");
        fixture.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        try {
            fixture.crawl();
        } finally {
            server.execute("drop database `" + accented + "`", "drop database " + plain);
        }
        assertThat(fixture.list("array_to_string(path, '/')", "cardinality(path) = 2"))
                .containsExactlyInAnyOrder(accented + "/one", plain + "/two");
    }

    @Test
    void aBrokenViewStaysWithItsDefinition() throws Exception {
        source("create table orders (id int)");
        source("create view every as select id from orders");
        fixture.crawl();
        source("drop table orders");

        CrawlResult result = fixture.crawl();

        assertThat(result.objects().missing()).isEqualTo(1);
        assertThat(value("name", "every")).isEqualTo("every");
        assertThat(value("description is null", "every")).isEqualTo("true");
        assertThat(value("column_names", "every")).isEqualTo("{}");
        assertThat(value("detail ->> 'viewDefinition'", "every")).startsWith("select ");
    }
}
