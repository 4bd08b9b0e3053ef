package dev.connections.worker.crawl;

import dev.connections.connection.ConnectionState;
import dev.connections.json.Json;
import dev.connections.lab.PresentWorker;
import dev.connections.task.ClaimedRun;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.RunStatus;
import dev.connections.task.RunStore;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.RunFailedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Crawls of a fixture as tasks: claimed, split, and ended in the transaction of their effect, as the engine does it. */
final class CrawlTasks {
    private final CrawlFixture fixture;
    private final RunStore runs;

    CrawlTasks(CrawlFixture fixture) {
        this.fixture = fixture;
        this.runs = new RunStore(fixture.catalog);
    }

    /** What came of a task: numbers where it succeeded, an error where it failed. */
    record End(
            RunStatus status,
            CrawlResult.@Nullable Objects objects,
            @Nullable String error) {}

    /** Crawls the server with all its parts. */
    End crawl(TaskInput input) throws Exception {
        TaskCommand task = begin(input);
        for (UUID part : parts(task.taskId())) {
            execute(part);
        }
        return end(task.taskId());
    }

    /** Creates a crawl and executes its own run. */
    TaskCommand begin(TaskInput input) throws Exception {
        fixture.storeConfiguration();
        NewTask task = new NewTask(fixture.key(), TaskType.CRAWL, input, TaskTrigger.MANUAL, "test", null);
        TaskStore tasks = new TaskStore(fixture.catalog);
        TaskCommand command =
                ((CreateOutcome.Created) tasks.create(task, EnumSet.allOf(ConnectionState.class))).command();
        execute(command.runId());
        return command;
    }

    /** The tasks that a crawl was split into. */
    List<UUID> parts(UUID task) {
        return fixture.catalog
                .sql("select id from task where parent_task_id = :task order by id")
                .param("task", task)
                .query((row, i) -> row.getObject(1, UUID.class))
                .list();
    }

    void fail(UUID task, RunFailedException failure) throws SQLException {
        runs.fail(claim(latestRun(task)), failure.error(), null);
    }

    /** Executes the latest run of a task, or the run itself. */
    void execute(UUID taskOrRun) throws Exception {
        ClaimedRun run = claim(latestRun(taskOrRun));
        try {
            write(run, fixture.execute(fixture.execution(run)));
        } catch (RunFailedException e) {
            runs.fail(run, e.error(), null);
        }
    }

    End end(UUID task) {
        return fixture.catalog
                .sql("select status, result, error ->> 'code' from task_run where id = :run")
                .param("run", latestRun(task))
                .query((row, i) -> new End(
                        RunStatus.valueOf(row.getString(1)),
                        row.getString(2) == null
                                ? null
                                : Json.read(row.getString(2), CrawlResult.class).objects(),
                        row.getString(3)))
                .single();
    }

    private static void write(ClaimedRun run, Outcome outcome) throws Exception {
        try (Effect effect = outcome.effect()) {
            var session = Objects.requireNonNull(effect.session());
            JdbcClient jdbc = JdbcClient.create(session);
            RunStore store = new RunStore(jdbc);
            new TransactionTemplate(new DataSourceTransactionManager(session)).executeWithoutResult(status -> {
                Object result = effect.apply(jdbc);
                boolean waits = outcome instanceof Outcome.Split && store.hasChildren(run);
                boolean written = waits ? store.waitForChildren(run, result) : store.succeed(run, result);
                if (!written) {
                    throw new IllegalStateException("not held");
                }
            });
        }
    }

    private ClaimedRun claim(UUID run) throws SQLException {
        try (PresentWorker worker = new PresentWorker(fixture.serviceSession(), "worker")) {
            return runs.claim(worker.id(), TaskType.CRAWL, List.of(run), Duration.ofMinutes(1), 100)
                    .getFirst();
        }
    }

    private UUID latestRun(UUID taskOrRun) {
        return fixture.catalog
                .sql("select latest_run_id from task where :id in (id, latest_run_id)")
                .param("id", taskOrRun)
                .query(UUID.class)
                .single();
    }
}
