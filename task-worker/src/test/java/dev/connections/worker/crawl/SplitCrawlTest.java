package dev.connections.worker.crawl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.RunFailedException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A server of several databases, whose crawl leaves each of them to a child task. */
class SplitCrawlTest {
    private final CrawlFixture fixture = new CrawlFixture();
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
        fixture.crawlSplit();
        endTasks();
        fixture.source("postgres", "drop database " + second);
        assertThat(fixture.crawlSplit().getFirst().objects().missing()).isEqualTo(3);
        assertThat(fixture.list("path[1]", "missing_since is not null")).containsOnly(second);
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
        String tables =
                "do $$ begin for i in 1..12 loop execute 'create table t_' || i || ' (id int)'; end loop; end $$";
        fixture.source(tables);
        fixture.source(second, tables);
        fixture.crawlSplit();
        endTasks();
        String drop = "drop schema public cascade; create schema public";
        fixture.source(drop);
        fixture.source(second, drop);
        // A parent task of the time before, as the engine has it.
        Execution parent = fixture.execution(TaskType.CRAWL, TaskInput.DEFAULT);
        fixture.catalog
                .sql("""
                insert into task (id, connection_id, connection_key, type, input, status, trigger, created_by, latest_run_id)
                values (:id, :connection, :key, 'CRAWL', '{}', 'RUNNING', 'MANUAL', 'test', :run)
                """)
                .param("id", parent.run().taskId())
                .param("connection", fixture.connectionId)
                .param("key", fixture.key())
                .param("run", parent.run().runId())
                .update();
        fixture.commit(((Outcome.Split) fixture.execute(parent)).effect());
        List<ClaimedRun> children = fixture.children(parent);
        fixture.commit(fixture.read(fixture.execution(children.getFirst())));
        assertThatThrownBy(() -> fixture.commit(fixture.read(fixture.execution(children.getLast()))))
                .isInstanceOfSatisfying(
                        RunFailedException.class,
                        e -> assertThat(e.error().code()).isEqualTo(ErrorCode.MASS_MISSING));
        assertThat(fixture.list("path[1]", "missing_since is not null")).containsOnly(fixture.database);
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
