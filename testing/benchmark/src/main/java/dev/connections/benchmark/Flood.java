package dev.connections.benchmark;

import static dev.connections.benchmark.TaskBenchmark.number;

import dev.connections.json.Ids;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** One connection asks for very many crawls at once, and then others ask for one each. */
final class Flood {
    private static final int OTHERS = 5;
    private static final int BATCH = 100;
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String STARTED = """
            select started_at from task_run where task_id = :task and started_at is not null
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final TaskApi api;

    Flood(DataSource database, TaskApi api) {
        this.jdbc = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.api = api;
    }

    private static NewTask crawl() {
        return new NewTask(
                TaskApi.key(0), TaskType.CRAWL, TaskInput.of(Ids.next()), TaskTrigger.MANUAL, "benchmark", null);
    }

    void run(int tasks, PrintStream out) throws Exception {
        out.println("flooding ...");
        TaskStore store = new TaskStore(jdbc);
        // Each of another object, so that none is refused. They are made in the database, past the check that there is
        // one.
        for (int i = 0; i < tasks; i += BATCH) {
            List<NewTask> batch = Stream.generate(Flood::crawl)
                    .limit(Math.min(BATCH, tasks - i))
                    .toList();
            transaction.execute(status -> store.createAll(batch));
        }
        // As the API processes that created them would have offered them.
        jdbc.sql("update command_outbox set available_at = now() where type = 'CRAWL'")
                .update();
        TimeUnit.SECONDS.sleep(1);
        long before = waiting();
        Table table = new Table(
                "One connection has " + before + " crawls waiting, others ask for one each",
                "other",
                "POST to RUNNING in ms",
                "of the flood still waiting");
        for (int i = 1; i <= OTHERS; i++) {
            TaskApi.Created other =
                    api.create(TaskApi.key(i), "{\"type\":\"CRAWL\"}").orElseThrow();
            Duration until = Duration.between(other.sentAt(), awaitStarted(other.taskId()));
            table.row(Integer.toString(i), number("%.0f", until.toNanos() / 1e6), Long.toString(waiting()));
        }
        table.print(out);
    }

    private long waiting() {
        return jdbc.sql("select count(*) from task where in_flight and type = 'CRAWL' and connection_key = :key")
                .param("key", TaskApi.key(0))
                .query(Long.class)
                .single();
    }

    private Instant awaitStarted(UUID task) throws InterruptedException {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - until < 0) {
            Instant started = jdbc.sql(STARTED)
                    .param("task", task)
                    .query((row, i) -> row.getTimestamp(1).toInstant())
                    .optional()
                    .orElse(null);
            if (started != null) {
                return started;
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        throw new IllegalStateException("a crawl did not start within " + LIMIT + " behind another connection's");
    }
}
