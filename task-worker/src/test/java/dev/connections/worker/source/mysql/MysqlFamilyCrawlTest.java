package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.connection.Technology;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is read of a server of MySQL's protocol, and how its own statements write it. */
abstract class MysqlFamilyCrawlTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final MysqlSourceServer server;
    private final String database = "crawl" + NUMBER.incrementAndGet();
    private final String user = "reader" + NUMBER.get();
    private final boolean isMariaDb;
    private final ObjectNode configuration;
    private final SourceConnection fixture;

    MysqlFamilyCrawlTest(MysqlSourceServer server) {
        this.server = server;
        this.isMariaDb = server.technology() == Technology.MARIADB;
        this.configuration = server.configurations(server.port(), database).getFirst();
        this.fixture = new SourceConnection(server, configuration);
        fixture.settings = CatalogFixture.settings(List.of(database + "/**"), List.of());
        server.execute("create database " + database);
    }

    @AfterEach
    void close() {
        fixture.close();
        server.execute("drop database " + database);
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

    @Test
    void settingsOfTheServerChangeNothing() throws Exception {
        source("create table orders (id int default 3, name varchar(9) default 'a\\\\b')");
        source("create view every as select id, name from orders");
        fixture.crawl();
        List<String> versions = fixture.rowVersions();
        server.execute(
                "set global sql_select_limit = 1",
                "set global sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES'",
                "set global time_zone = '+05:45'",
                "set global net_write_timeout = 1",
                "set global wait_timeout = 2");
        try {
            CrawlResult again = fixture.crawl();
            assertThat(again.objects().unchanged()).isEqualTo(again.objects().seen());
        } finally {
            server.execute(
                    "set global sql_select_limit = default",
                    "set global sql_mode = default",
                    "set global time_zone = default",
                    "set global net_write_timeout = default",
                    "set global wait_timeout = default");
        }
        assertThat(fixture.rowVersions()).isEqualTo(versions);
    }

    @Test
    void aCrawlAsksFourTimesForADatabaseAndOnceForAll() throws Exception {
        source("create table orders (id int)");
        source("create view every as select id from orders");
        fixture.crawl();

        long before = queries();
        fixture.crawl();
        long once = queries() - before;
        for (int i = 0; i < 50; i++) {
            source("create table more" + i + " (id int)");
        }
        before = queries();
        fixture.crawl();

        assertThat(once).isEqualTo(1 + 4);
        assertThat(queries() - before).isEqualTo(once);
    }

    @Test
    void aTableThatSomebodyHasLockedHoldsNoCrawl() throws Exception {
        source("create table orders (id int primary key)");
        source("create table free (id int primary key)");
        source("create view every as select id from orders");
        fixture.crawl();
        String known = value("detail ->> 'viewDefinition'", "every");
        try (Connection holder = server.connect();
                Statement statement = holder.createStatement()) {
            statement.execute("lock tables " + database + ".orders write");

            assertThat(fixture.crawl().objects().missing()).isZero();
        }
        assertThat(value("column_names", "orders")).isEqualTo("{id}");
        assertThat(value("detail ->> 'viewDefinition'", "every")).isEqualTo(known);
    }

    @Test
    void aCrawlThatIsHeldUpKeepsNobodyFromChangingATable() throws Exception {
        source("create table orders (id int primary key)");
        Execution execution = fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT);
        CompletableFuture<Effect> reading;
        try (AutoCloseable held = server.hold(database);
                Connection owner = server.connect();
                Statement statement = owner.createStatement()) {
            assertThat(held).isNotNull();
            reading = CompletableFuture.supplyAsync(() -> read(execution));
            await().until(() -> server.isHeld(database) || reading.isDone());
            assertThat(reading).isNotDone();

            statement.execute("set lock_wait_timeout = 1");
            statement.execute("alter table " + database + ".orders add column total int");
            statement.execute("alter table " + database + ".held0 add column total int");
            statement.execute("drop table " + database + ".held1");
        }
        reading.get(30, TimeUnit.SECONDS).close();
    }

    private Effect read(Execution execution) {
        try {
            return fixture.read(execution);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the readers' sessions have asked since the server started. */
    private long queries() throws SQLException {
        try (var connection = server.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("show global status like 'Com_select'")) {
            row.next();
            return row.getLong(2);
        }
    }

    /** From now on the connection logs in as somebody who has only this privilege. */
    private void reader(String grant) {
        server.execute(
                "drop user if exists " + user,
                "create user " + user + " identified by '" + MysqlSourceServer.SECRET + "'",
                grant);
        configuration.withObject("/credential").put("username", user);
    }

    private void source(String sql) {
        server.execute("use " + database, sql);
    }

    private String shown(String what) throws SQLException {
        try (var connection = server.connect();
                var statement = connection.createStatement()) {
            statement.execute("use " + database);
            try (var row = statement.executeQuery("show " + what)) {
                row.next();
                return row.getString(2);
            }
        }
    }

    private String value(String expression, String table) {
        return Objects.requireNonNull(
                fixture.valueAt("(" + expression + ")::text", List.of(database, table)), expression);
    }

    private List<String> columns(String table, String expression) {
        return columns(table, expression, "true");
    }

    private List<String> columns(String table, String expression, String condition) {
        return CatalogFixture.texts(fixture.catalog
                .sql("select (" + expression + ")::text from data_object o, jsonb_array_elements(o.detail -> 'columns')"
                        + " with ordinality as a (c, i) where o.connection_id = :connection and o.name = :name and ("
                        + condition + ") order by i")
                .param("connection", fixture.connectionId)
                .param("name", table));
    }
}
