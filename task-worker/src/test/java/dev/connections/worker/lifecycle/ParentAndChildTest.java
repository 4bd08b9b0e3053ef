package dev.connections.worker.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.ConnectionState;
import dev.connections.lab.PresentWorker;
import dev.connections.task.CancelOutcome;
import dev.connections.task.ClaimedRun;
import dev.connections.task.CreateOutcome;
import dev.connections.task.ErrorCode;
import dev.connections.task.NewTask;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunStatus;
import dev.connections.task.RunStore;
import dev.connections.task.RunSweep;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParentAndChildTest {
    private static final Duration LEASE = Duration.ofMinutes(1);

    private Service service;
    private PresentWorker worker;
    private RunStore runs;
    private String connection;
    private ClaimedRun parent;
    private List<TaskCommand> children;

    @BeforeAll
    void start() throws SQLException {
        service = new Service();
        worker = new PresentWorker(service.postgres.connect("connections"), "w");
        runs = new RunStore(service.jdbc);
    }

    @AfterAll
    void stop() throws SQLException {
        worker.close();
        service.close();
    }

    @BeforeEach
    void split() {
        connection = service.connection();
        parent = claim(service.create(connection, TaskType.CRAWL));
        children = Stream.generate(this::child).limit(3).toList();
        assertThat(runs.waitForChildren(parent, found(3, 3, 0))).isTrue();
    }

    @Test
    void aParentSucceedsWithItsLastChildAndItsResultAddsUp() {
        // Each child sees its own database again, which the parent has just created.
        children.forEach(child -> runs.succeed(claim(child), found(11, 10, 0)));
        assertThat(service.status(parent.taskId())).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(service.runs(parent.taskId()).getFirst().get("result").toString())
                .contains("\"seen\": 33", "\"created\": 33", "\"unchanged\": 0");
    }

    @Test
    void childrenThatEndAtTheSameMomentEndTheirParentOnce() {
        List<ClaimedRun> claimed = children.stream().map(this::claim).toList();
        CompletableFuture<?>[] ends = claimed.stream()
                .map(run -> CompletableFuture.runAsync(() -> runs.succeed(run, found(1, 0, 0))))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(ends).join();
        assertThat(service.story(parent.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>SUCCEEDED");
    }

    @Test
    void aFailedChildFailsItsParentOnceAllHaveEnded() {
        runs.fail(claim(children.getFirst()), TaskError.of(ErrorCode.PERMISSION_DENIED, "no"), null);
        assertThat(service.status(parent.taskId())).isEqualTo(RunStatus.RUNNING);
        children.stream().skip(1).forEach(child -> runs.succeed(claim(child), found(1, 0, 0)));
        assertThat(service.status(parent.taskId())).isEqualTo(RunStatus.FAILED);
        assertThat(service.runs(parent.taskId()).getFirst().get("error").toString())
                .contains("CHILD_FAILED");
    }

    @Test
    void aChildThatIsRetriedKeepsItsParentWaiting() {
        children.stream().skip(1).forEach(child -> runs.succeed(claim(child), found(1, 0, 0)));
        ClaimedRun failed = claim(children.getFirst());
        service.inTransaction(() -> {
            runs.fail(failed, TaskError.of(ErrorCode.CONNECTION_REFUSED, "not yet"), null);
            runs.retry(failed, Duration.ofHours(1));
        });
        assertThat(service.status(parent.taskId())).isEqualTo(RunStatus.RUNNING);
    }

    @Test
    void cancelingAParentCancelsItsChildrenAndThenItself() {
        ClaimedRun running = claim(children.getFirst());
        service.inTransaction(() ->
                assertThat(service.tasks.cancel(parent.runId(), "somebody")).isEqualTo(CancelOutcome.REQUESTED));
        assertThat(children)
                .extracting(child -> service.status(child.taskId()))
                .containsExactly(RunStatus.RUNNING, RunStatus.CANCELED, RunStatus.CANCELED);
        runs.cancel(running);
        assertThat(service.status(parent.taskId())).isEqualTo(RunStatus.CANCELED);
    }

    @Test
    void aParentThatWaitsTakesNoPlaceOnItsConnection() {
        claim(children.get(0));
        claim(children.get(1));
        assertThat(runs.claim("w", TaskType.CRAWL, List.of(children.get(2).runId()), LEASE, 2))
                .isEmpty();
    }

    @Test
    void aLateHeartbeatGivesAWaitingParentNoLeaseThatCouldRunOut() {
        assertThat(runs.extendLeases(Map.of(parent.runId(), parent.epoch()), Map.of(), LEASE))
                .isEmpty();
        assertThat(service.runs(parent.taskId()).getFirst().get("lease_until")).isNull();
        assertThat(runs.claim("w", TaskType.CRAWL, List.of(parent.runId()), LEASE, 10))
                .isEmpty();
    }

    @Test
    void aChildThatComesWhileItsParentIsBeingCanceledIsCanceledToo() {
        children.stream().skip(1).forEach(child -> runs.succeed(claim(child), found(1, 0, 0)));
        ClaimedRun failing = claim(children.getFirst());
        service.inTransaction(() -> service.tasks.cancel(parent.runId(), "somebody"));
        // As a cancellation leaves it that saw the child before it was tried again.
        service.jdbc
                .sql("update task_run set cancel_requested_at = null where id = ?")
                .param(failing.runId())
                .update();
        service.inTransaction(() -> {
            runs.fail(failing, TaskError.of(ErrorCode.CONNECTION_REFUSED, "not yet"), null);
            runs.retry(failing, Duration.ofHours(1));
        });
        assertThat(service.status(parent.taskId())).isEqualTo(RunStatus.RUNNING);
        RunSweep sweep = new RunSweep(service.jdbc, new RetryPolicy(Duration.ofSeconds(10)), 3);
        service.inTransaction(() -> assertThat(sweep.cancelChildren(sweep.look()))
                .extracting(found -> found.command().taskId())
                .containsExactly(failing.taskId()));
        assertThat(service.status(failing.taskId())).isEqualTo(RunStatus.CANCELED);
        assertThat(service.status(parent.taskId())).isEqualTo(RunStatus.CANCELED);
    }

    @Test
    void aChildWhoseWorkerIsLostWhileItsParentIsBeingCanceledIsCanceledAtOnce() {
        children.stream().skip(1).forEach(child -> runs.succeed(claim(child), found(1, 0, 0)));
        ClaimedRun lost = claim(children.getFirst());
        service.inTransaction(() -> service.tasks.cancel(parent.runId(), "somebody"));
        // As a cancellation and a sweep leave it that saw it one after the other and not each other.
        service.jdbc
                .sql("update task_run set cancel_requested_at = null, lease_until = '-infinity' where id = ?")
                .param(lost.runId())
                .update();
        RunSweep sweep = new RunSweep(service.jdbc, new RetryPolicy(Duration.ofSeconds(10)), 3);
        service.inTransaction(() -> assertThat(sweep.cancelChildren(sweep.look()))
                .extracting(RunSweep.Found::status)
                .containsExactly(RunStatus.CANCELED));
        assertThat(service.status(lost.taskId())).isEqualTo(RunStatus.CANCELED);
        assertThat(service.status(parent.taskId())).isEqualTo(RunStatus.CANCELED);
    }

    private TaskCommand child() {
        NewTask task = new NewTask(
                connection,
                TaskType.CRAWL,
                TaskInput.of(UUID.randomUUID()),
                TaskTrigger.SYSTEM,
                "system",
                parent.taskId());
        return ((CreateOutcome.Created) service.tasks.create(task, Set.of(ConnectionState.ACTIVE))).command();
    }

    private ClaimedRun claim(TaskCommand command) {
        return runs.claim("w", command.type(), List.of(command.runId()), LEASE, 10)
                .getFirst();
    }

    private static Map<String, Object> found(int seen, int created, int updated) {
        return Map.of(
                "objects",
                Map.of(
                        "seen",
                        seen,
                        "created",
                        created,
                        "updated",
                        updated,
                        "unchanged",
                        seen - created - updated,
                        "missing",
                        0,
                        "purged",
                        0),
                "warnings",
                List.of());
    }
}
