package dev.connections.api.stream;

import dev.connections.connection.ConnectionState;
import dev.connections.json.Ids;
import dev.connections.lab.ConnectionRow;
import dev.connections.outbox.Outbox;
import dev.connections.task.ClaimedRun;
import dev.connections.task.CreateOutcome;
import dev.connections.task.ErrorCode;
import dev.connections.task.NewTask;
import dev.connections.task.RunStore;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import dev.connections.task.WorkerStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** A task that a test moves through its life; each move commits one event or two, which a relay then publishes. */
final class MovedTask {
    private static final String CONFIGURATION = """
            {"host": "db.example.com", "credential": {"authenticationType": "UsernamePassword", "username": "u"}}
            """;

    private final String connectionKey;
    private final UUID taskId;
    private final JdbcClient jdbc;
    private final RunStore runs;
    private final Outbox outbox;
    private final TransactionTemplate transaction;

    private MovedTask(
            String connectionKey, UUID taskId, JdbcClient jdbc, Outbox outbox, TransactionTemplate transaction) {
        this.connectionKey = connectionKey;
        this.taskId = taskId;
        this.jdbc = jdbc;
        this.runs = new RunStore(jdbc);
        this.outbox = outbox;
        this.transaction = transaction;
    }

    /** A new task on a new connection, PENDING. */
    static MovedTask create(JdbcClient jdbc, Outbox outbox, TransactionTemplate transaction) {
        String key = "c-" + Ids.next();
        jdbc.sql(ConnectionRow.INSERT)
                .params(new ConnectionRow(Ids.next(), key, "ACTIVE", CONFIGURATION).parameters())
                .update();
        NewTask task = new NewTask(key, TaskType.CRAWL, TaskInput.DEFAULT, TaskTrigger.MANUAL, "test", null);
        CreateOutcome outcome = new TaskStore(jdbc).create(task, Set.of(ConnectionState.ACTIVE));
        outbox.committed();
        return new MovedTask(key, ((CreateOutcome.Created) outcome).command().taskId(), jdbc, outbox, transaction);
    }

    UUID id() {
        return taskId;
    }

    String path() {
        return "/api/connections/" + connectionKey + "/tasks/" + taskId + "/events";
    }

    /** PENDING to RUNNING. */
    ClaimedRun run() {
        TaskCommand command = jdbc.sql("select latest_run_id, type from task where id = ?")
                .param(taskId)
                .query((row, i) ->
                        new TaskCommand(row.getObject(1, UUID.class), taskId, TaskType.valueOf(row.getString(2))))
                .single();
        ClaimedRun claimed = claim(command);
        outbox.committed();
        return claimed;
    }

    /** Only a present worker may claim; here another session holds its lock while the claim is made, and no longer. */
    private ClaimedRun claim(TaskCommand command) {
        int key = new WorkerStore(jdbc).join("w", Set.of(command.type()));
        TransactionTemplate separate = new TransactionTemplate(
                Objects.requireNonNull(transaction.getTransactionManager()),
                new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
        return Objects.requireNonNull(transaction.execute(present -> {
            jdbc.sql("select pg_advisory_xact_lock(?, ?)")
                    .params(WorkerStore.PRESENCE_LOCK_CLASS, key)
                    .query(row -> {});
            return separate.execute(
                    claims -> runs.claim("w", command.type(), List.of(command.runId()), Duration.ofHours(1), 1)
                            .getFirst());
        }));
    }

    /** PENDING to RUNNING and back; returns the sequence of the last event. */
    int runAndHandBack() {
        runs.handBack(run());
        outbox.committed();
        return lastSequence();
    }

    /** PENDING to RUNNING to FAILED, with the next attempt PENDING in the same commit. */
    void runAndRetry() {
        ClaimedRun run = run();
        transaction.executeWithoutResult(status -> {
            runs.fail(run, TaskError.of(ErrorCode.TIMEOUT, "The source does not answer."), null);
            runs.retry(run, Duration.ZERO);
        });
        outbox.committed();
    }

    /** PENDING to RUNNING to SUCCEEDED; returns the sequence of the terminal event. */
    int succeed() {
        runs.succeed(run(), Map.of("objects", Map.of("seen", 1)));
        outbox.committed();
        return lastSequence();
    }

    int lastSequence() {
        return jdbc.sql("select last_sequence from task where id = ?")
                .param(taskId)
                .query(Integer.class)
                .single();
    }

    List<String> payloads() {
        return jdbc.sql("select payload from task_event where task_id = ? order by sequence")
                .param(taskId)
                .query((row, i) -> row.getString(1))
                .list();
    }

    /** Records events with payloads of a megabyte each, which no transition makes. */
    void reportMegabytes(int events) {
        jdbc.sql("""
                        insert into task_event (task_id, sequence, payload)
                        select ?, 1 + n, json_build_object('status', 'RUNNING', 'filler', repeat('x', 1000000))
                          from generate_series(1, ?) n""").param(taskId).param(events).update();
        jdbc.sql("update task set last_sequence = last_sequence + ? where id = ?")
                .param(events)
                .param(taskId)
                .update();
    }
}
