package dev.connections.worker.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.RunFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server of several databases, whose crawl leaves each of them to a child task. */
class SplitCrawlTest {
    private static final String TWELVE_TABLES = twelveTimes("create table t_%s (id int)");
    private static final String NO_TWELVE_TABLES = twelveTimes("drop table t_%s");
    private static final String NO_TABLES = "drop schema public cascade; create schema public";
    private static final TaskInput ACCEPT = new TaskInput(null, false, true);

    private final CrawlFixture fixture = new CrawlFixture();
    private final CrawlTasks tasks = new CrawlTasks(fixture);
    private final String second = fixture.anotherDatabase();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void eachDatabaseIsCrawledByAChildOfItsOwn() throws Exception {
        fixture.source("create table one (id int)");
        fixture.source(second, "create table two (id int)");
        List<CrawlResult> results = fixture.crawlSplit();
        assertThat(results).hasSize(3);
        assertThat(results.getFirst().objects()).isEqualTo(new CrawlResult.Objects(2, 2, 0, 0, 0, 0));
        assertThat(results.subList(1, 3))
                .allMatch(child -> child.objects().equals(new CrawlResult.Objects(3, 2, 0, 1, 0, 0)));
        assertThat(fixture.list("array_to_string(path, '/')", "true"))
                .containsExactly(
                        fixture.database,
                        fixture.database + "/public",
                        fixture.database + "/public/one",
                        second,
                        second + "/public",
                        second + "/public/two");
    }

    @Test
    void aSecondCrawlOfAnUnchangedServerWritesNothing() throws Exception {
        fixture.crawlSplit();
        endTasks();
        List<String> before = fixture.rowVersions();
        fixture.crawlSplit();
        assertThat(fixture.rowVersions()).isEqualTo(before);
    }

    @Test
    void aDatabaseThatIsGoneIsMissingWithItsInside() throws Exception {
        fixture.source(second, "create table two (id int)");
        fixture.anotherDatabase();
        tasks.crawl(TaskInput.DEFAULT);
        fixture.source("postgres", "drop database " + second);
        assertThat(objects(tasks.crawl(TaskInput.DEFAULT))).isEqualTo(new CrawlResult.Objects(4, 0, 0, 4, 3, 0));
        assertThat(missing("path[1]")).containsOnly(second);
        assertThat(objects(tasks.crawl(TaskInput.DEFAULT)).missing()).isZero();
    }

    @Test
    void databasesThatComeAndGoMeanwhileEndNoCrawl() throws Exception {
        String fleeting = fixture.anotherDatabase();
        AtomicBoolean done = new AtomicBoolean();
        try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> coming = background.submit(() -> dropAndCreate(fleeting, done));
            List<RunStatus> ends = new ArrayList<>();
            try {
                for (int i = 0; i < 12; i++) {
                    ends.add(tasks.crawl(TaskInput.DEFAULT).status());
                }
            } finally {
                done.set(true);
            }
            assertThat(coming.get()).isPositive();
            assertThat(ends).containsOnly(RunStatus.SUCCEEDED);
        }
    }

    /** Answers how often it was dropped; a session in the database keeps it. */
    private int dropAndCreate(String name, AtomicBoolean done) throws SQLException {
        int dropped = 0;
        try (Connection session = fixture.sourceSession();
                Statement statement = session.createStatement()) {
            while (!done.get()) {
                try {
                    statement.execute("drop database " + name);
                    dropped++;
                    statement.execute("create database " + name);
                } catch (SQLException e) {
                    assertThat(e.getSQLState()).isEqualTo("55006");
                }
            }
        }
        return dropped;
    }

    @Test
    void theTasksCarryTheInputAndTheirParent() throws Exception {
        Execution parent = fixture.execution(TaskType.CRAWL, new TaskInput(null, true, true));
        fixture.commit(((Outcome.Split) fixture.execute(parent)).effect());
        assertThat(fixture.children(parent))
                .extracting(ClaimedRun::input)
                .containsExactly(new TaskInput(fixture.idOf(), true, true), new TaskInput(idOf(second), true, true));
        assertThat(due(parent)).isEqualTo(2);
    }

    @Test
    void aDatabaseThatSomebodyElseCrawlsAlreadyIsLeftToThem() throws Exception {
        fixture.crawlSplit();
        Execution again = fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT);
        CrawlResult own = (CrawlResult) fixture.commit(((Outcome.Split) fixture.execute(again)).effect());
        assertThat(own.warnings())
                .hasSize(2)
                .allMatch(warning -> warning.contains("was being crawled already, by task"));
        assertThat(fixture.children(again)).isEmpty();
    }

    @Test
    void thePartsOfACrawlTogetherDoNotMarkMostOfTheCatalogMissing() throws Exception {
        String third = fixture.anotherDatabase();
        for (String database : List.of(fixture.database, second, third)) {
            fixture.source(database, TWELVE_TABLES + "; drop table t_11; drop table t_12");
        }
        tasks.crawl(TaskInput.DEFAULT);
        // Each part alone is no more than ten.
        for (String database : List.of(fixture.database, second, third)) {
            fixture.source(database, "create table t_11 (); create table t_12 (); " + NO_TWELVE_TABLES);
        }
        assertMassMissing();
        assertThat(objects(tasks.crawl(ACCEPT)).missing()).isEqualTo(30);
    }

    @Test
    void noPartKeepsItsMarksWhereAllPartsAreTooMany() throws Exception {
        fixture.source(TWELVE_TABLES);
        fixture.source(second, TWELVE_TABLES);
        tasks.crawl(TaskInput.DEFAULT);
        fixture.source(NO_TABLES);
        fixture.source(second, NO_TABLES);
        // New ones of other names do not make the others fewer.
        fixture.source(twelveTimes("create table u_%s (id int)") + "; create table more (id int)");
        assertMassMissing();
        CrawlResult.Objects accepted = objects(tasks.crawl(ACCEPT));
        assertThat(accepted.missing()).isEqualTo(24);
        assertThat(accepted.seen()).isEqualTo(accepted.created() + accepted.updated() + accepted.unchanged());
        assertThat(missing("path[1]")).hasSize(24).contains(fixture.database, second);
    }

    @Test
    void whatTheDatabasesThatAreGoneHeldCountsWithTheRest() throws Exception {
        String third = fixture.anotherDatabase();
        for (String database : List.of(fixture.database, second, third)) {
            fixture.source(database, TWELVE_TABLES);
        }
        tasks.crawl(TaskInput.DEFAULT);
        fixture.source("postgres", "drop database " + second);
        fixture.source(NO_TABLES);
        assertMassMissing();
    }

    @Test
    void aFailedPartMarksNothingAndNoOtherPartDoes() throws Exception {
        fixture.source("create table one (id int)");
        fixture.source(second, "create table two (id int)");
        tasks.crawl(TaskInput.DEFAULT);
        fixture.source("drop table one");
        fixture.source(second, "drop table two");
        for (int failing = 0; failing < 2; failing++) {
            TaskCommand crawl = tasks.begin(TaskInput.DEFAULT);
            List<UUID> parts = tasks.parts(crawl.taskId());
            for (int i = 0; i < 2; i++) {
                if (i == failing) {
                    tasks.fail(parts.get(i), new RunFailedException(ErrorCode.PERMISSION_DENIED, "no", null));
                } else {
                    tasks.execute(parts.get(i));
                }
            }
            assertThat(tasks.end(crawl.taskId()).error()).isEqualTo("CHILD_FAILED");
            assertThat(missing("name")).isEmpty();
        }
        assertThat(leftOver()).isZero();
        assertThat(objects(tasks.crawl(TaskInput.DEFAULT)).missing()).isEqualTo(2);
    }

    @Test
    void theLastPartDoesNotMarkWhatSomebodyElseHasSeenSince() throws Exception {
        fixture.source("create table one (id int); create table other (id int)");
        tasks.crawl(TaskInput.DEFAULT);
        UUID one = fixture.idOf("public", "one");
        fixture.source("drop table other");
        TaskCommand crawl = tasks.begin(TaskInput.DEFAULT);
        List<UUID> parts = tasks.parts(crawl.taskId());
        tasks.execute(parts.getFirst());
        fixture.catalog
                .sql("insert into absent_object select :task, :object, clock_timestamp()")
                .param("task", crawl.taskId())
                .param("object", one)
                .update();
        fixture.crawl(TaskInput.of(one));
        tasks.execute(parts.getLast());
        assertThat(objects(tasks.end(crawl.taskId())).missing()).isEqualTo(1);
        assertThat(missing("name")).containsExactly("other");
    }

    @Test
    void aPartThatSucceedsAfterItsCrawlWasCanceledEndsItByItsSuccess() throws Exception {
        fixture.source("create table one (id int)");
        tasks.crawl(TaskInput.DEFAULT);
        fixture.source("drop table one");
        TaskCommand crawl = tasks.begin(TaskInput.DEFAULT);
        List<UUID> parts = tasks.parts(crawl.taskId());
        tasks.execute(parts.getFirst());
        fixture.catalog
                .sql("update task_run set cancel_requested_at = now() where id = :run")
                .param("run", crawl.runId())
                .update();
        tasks.execute(parts.getLast());
        assertThat(objects(tasks.end(crawl.taskId())).missing()).isEqualTo(1);
    }

    @Test
    void theNumbersOfACrawlAddUpWhereADatabaseWasRenamed() throws Exception {
        fixture.source(second, TWELVE_TABLES);
        tasks.crawl(TaskInput.DEFAULT);
        fixture.renameDatabase(second, second + "_new");
        assertThat(objects(tasks.crawl(TaskInput.DEFAULT))).isEqualTo(new CrawlResult.Objects(16, 0, 1, 15, 0, 0));
    }

    private void assertMassMissing() throws Exception {
        CrawlTasks.End end = tasks.crawl(TaskInput.DEFAULT);
        assertThat(end.status()).isEqualTo(RunStatus.FAILED);
        assertThat(end.error()).isEqualTo("MASS_MISSING");
        assertThat(missing("path")).isEmpty();
        assertThat(leftOver()).isZero();
    }

    private static String twelveTimes(String statement) {
        return "do $$ begin for i in 1..12 loop execute format('" + statement + "', i); end loop; end $$";
    }

    private static CrawlResult.Objects objects(CrawlTasks.End end) {
        return Objects.requireNonNull(end.objects(), () -> "the crawl is " + end);
    }

    private List<String> missing(String expression) {
        return fixture.list(expression, "missing_since is not null");
    }

    private long leftOver() {
        return fixture.catalog
                .sql("select count(*) from absent_object")
                .query(Long.class)
                .single();
    }

    private UUID idOf(String database) {
        return fixture.catalog
                .sql("select id from data_object where connection_id = :c and path = array[cast(:database as text)]")
                .param("c", fixture.connectionId)
                .param("database", database)
                .query((row, i) -> row.getObject(1, UUID.class))
                .single();
    }

    private long due(Execution parent) {
        return fixture.catalog
                .sql("""
                        select count(*) from command_outbox o join task t on t.id = o.task_id
                         where t.parent_task_id = :parent and o.available_at <= now()
                        """)
                .param("parent", parent.run().taskId())
                .query((row, i) -> row.getLong(1))
                .single();
    }

    private void endTasks() {
        fixture.catalog
                .sql("delete from task where connection_id = :c")
                .param("c", fixture.connectionId)
                .update();
    }
}
