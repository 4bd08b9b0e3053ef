package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a crawl asks of a server of MySQL's protocol, and that it holds nobody up. */
abstract class MysqlFamilyCostTest extends MysqlFamilyDatabase {
    MysqlFamilyCostTest(MysqlSourceServer server) {
        super(server);
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
        whileHeld(() -> {
            try (Connection owner = server.connect();
                    Statement statement = owner.createStatement()) {
                statement.execute("set lock_wait_timeout = 1");
                statement.execute("alter table " + database + ".orders add column total int");
                statement.execute("alter table " + database + ".held0 add column total int");
                statement.execute("drop table " + database + ".held1");
            }
        });
    }

    /** What is done while a crawl waits for the columns of the database. */
    interface Meanwhile {
        void run() throws SQLException;
    }

    /** Crawls, does something while the crawl is held up, and waits for its end; returns the id of its run. */
    final String whileHeld(Meanwhile meanwhile) throws Exception {
        Execution execution = fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT);
        CompletableFuture<Effect> reading;
        try (AutoCloseable held = server.hold(database)) {
            assertThat(held).isNotNull();
            reading = CompletableFuture.supplyAsync(() -> read(execution));
            await().until(() -> server.isHeld(database) || reading.isDone());
            assertThat(reading).isNotDone();
            meanwhile.run();
        }
        reading.get(30, TimeUnit.SECONDS).close();
        return execution.run().runId().toString();
    }

    /** docs/sources/mysql.md says so; MariaDB shows these definitions to whomever they were granted. */
    @Test
    void definitionsThatAListHidesAreAskedForOneByOne() throws Exception {
        source("create table orders (id int)");
        for (int i = 0; i < 3; i++) {
            source("create view every" + i + " as select id from orders");
        }
        reader("grant select, show view on " + database + ".* to " + user);

        long before = statements("show_create_table");
        assertThat(fixture.crawl().warnings()).isEmpty();

        assertThat(statements("show_create_table") - before).isEqualTo(isMariaDb ? 0 : 3);
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
        return statements("select");
    }

    private long statements(String command) throws SQLException {
        try (var connection = server.connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("show global status like 'Com_" + command + "'")) {
            row.next();
            return row.getLong(2);
        }
    }
}
