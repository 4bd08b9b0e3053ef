package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.json.Ids;
import dev.connections.loop.DedicatedSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunSweepTest {
    private static final String PRESENT = "present";
    private static final int MAX_LOST = 3;
    private static final RetryPolicy RETRIES = new RetryPolicy(Duration.ofSeconds(10));

    private TaskDatabase database;
    private RunSweep sweep;

    @BeforeAll
    void start() {
        database = new TaskDatabase();
    }

    @BeforeEach
    void nothingIsLeftFromOtherTests() {
        database.execute("truncate task, task_run, task_event cascade");
        database.execute("truncate command_outbox, status_outbox");
        sweep = new RunSweep(database.jdbc, RETRIES, MAX_LOST);
    }

    @AfterEach
    void everyConnectionIsBackInThePool() {
        database.assertNoConnectionOut();
    }

    @AfterAll
    void stop() {
        database.close();
    }

    @Test
    void aRunWhoseWorkerLivesAndWhoseLeaseHoldsIsLeftAlone() {
        database.claim(database.create().runId(), PRESENT);
        assertThat(freeLost()).isEmpty();
    }

    @Test
    void aRunWhoseLeaseRanOutIsFreedOnceThoughItsWorkerLives() {
        TaskCommand task = database.create();
        database.claim(task.runId(), PRESENT);
        database.execute("delete from command_outbox");
        letLeasesRunOut();

        assertThat(freeLost()).containsExactly(new RunSweep.Found(task, RunStatus.RUNNING));
        assertThat(freeLost()).isEmpty();

        assertThat(database.commands(task.runId())).isEqualTo(1);
        assertThat(database.story(task.taskId())).containsExactly("1:>PENDING", "1:PENDING>RUNNING");
        assertThat(database.claim(task.runId(), PRESENT).epoch()).isEqualTo(2);
        assertThat(database.story(task.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>RUNNING");
        database.assertGapless(task.taskId());
    }

    @Test
    void aRunOfAWorkerWithoutPresenceLockIsFreedThoughItsLeaseHolds() {
        TaskCommand ofKilled = database.create();
        TaskCommand ofForgotten = database.create();
        claimAndDie(ofKilled.runId());
        database.claim(ofForgotten.runId(), "forgotten");
        database.leave("forgotten");
        database.execute("delete from worker where id = 'forgotten'");
        database.claim(database.create().runId(), PRESENT);
        assertThat(freeLost()).extracting(RunSweep.Found::command).containsExactlyInAnyOrder(ofKilled, ofForgotten);
    }

    @Test
    void aWorkerIsGoneWithItsSession() throws SQLException {
        int key = new WorkerStore(database.jdbc).join("dying", Set.of(TaskType.VALIDATE));
        try (DedicatedSession session = database.session("presence of dying")) {
            assertThat(session.hold(WorkerStore.PRESENCE_LOCK_CLASS, key)).isTrue();
            assertThat(database.runs.claim(
                            "dying",
                            TaskType.VALIDATE,
                            List.of(database.create().runId()),
                            Duration.ofHours(1),
                            1))
                    .hasSize(1);
            assertThat(freeLost()).isEmpty();
            assertThat(sweep.goneWorkers()).doesNotContain("dying");
            database.kill("presence of dying");
            assertThat(sweep.goneWorkers()).contains("dying");
            assertThat(freeLost()).hasSize(1);
        }
    }

    @Test
    void aWorkerThatWasOnlySlowKeepsItsRunUntilSomebodyElseClaimsIt() {
        ClaimedRun run = database.claim(database.create().runId(), PRESENT);
        letLeasesRunOut();
        freeLost();
        Duration hour = Duration.ofHours(1);
        assertThat(database.runs.extendLeases(Map.of(run.runId(), run.epoch()), Map.of(), hour))
                .containsEntry(run.runId(), false);
        assertThat(database.tryClaim(run.runId(), "other")).isEmpty();
        assertThat(freeLost()).isEmpty();
    }

    @Test
    void theThirdLostWorkerFailsTheRunAndTheTaskGetsANewOne() {
        TaskCommand task = database.create();
        lose(task.runId(), MAX_LOST);
        assertThat(database.run(task.runId())).containsEntry("status", "FAILED").containsEntry("lost_workers", 3);
        assertThat(String.valueOf(database.run(task.runId()).get("error")))
                .contains("\"code\": \"WORKER_LOST\"", "\"retryable\": true", "the last 3 workers");
        UUID next = database.latestRun(task.taskId());
        assertThat(database.run(next)).containsEntry("attempt", 2).containsEntry("status", "PENDING");
        assertThat(database.tryClaim(next, PRESENT)).isEmpty();
        assertThat(database.commands(next)).isEqualTo(1);
        assertThat(database.story(task.taskId())).endsWith("1:RUNNING>FAILED", "2:>PENDING");
        database.assertGapless(task.taskId());
    }

    @Test
    void theNextAttemptWaitsAsTheRetryPolicySaysDoublingWithEach() {
        Duration backoff = Duration.ofMinutes(10);
        sweep = new RunSweep(database.jdbc, new RetryPolicy(backoff), MAX_LOST);
        TaskCommand task = database.create();
        lose(task.runId(), MAX_LOST);
        assertThat(waitOf(database.latestRun(task.taskId())))
                .isBetween(
                        backoff.multipliedBy(8).dividedBy(10),
                        backoff.multipliedBy(12).dividedBy(10));
        database.execute("update task_run set not_before = null");
        lose(database.latestRun(task.taskId()), MAX_LOST);
        assertThat(waitOf(database.latestRun(task.taskId())))
                .isBetween(
                        backoff.multipliedBy(16).dividedBy(10),
                        backoff.multipliedBy(24).dividedBy(10));
    }

    @ParameterizedTest
    @CsvSource({"MANUAL, 3", "SCHEDULED, 5", "SYSTEM, 5"})
    void whenTheLastAttemptIsLostTheTaskHasFailed(TaskTrigger trigger, int attempts) {
        TaskCommand task = database.create();
        database.execute("update task set trigger = ? where id = ?", trigger.name(), task.taskId());
        for (int attempt = 1; attempt <= attempts; attempt++) {
            database.execute("update task_run set not_before = null");
            lose(database.latestRun(task.taskId()), MAX_LOST);
        }
        assertThat(database.status(task.taskId())).isEqualTo(RunStatus.FAILED);
        assertThat(database.count("task_run")).isEqualTo(attempts);
        database.assertGapless(task.taskId());
    }

    @Test
    void aRunThatWasToBeCanceledWhenItsWorkerDiedIsCanceled() {
        TaskCommand task = database.create();
        claimAndDie(task.runId());
        database.tasks.cancel(task.runId(), "somebody");
        assertThat(freeLost()).containsExactly(new RunSweep.Found(task, RunStatus.CANCELED));
        assertThat(database.run(task.runId()).get("completed_at")).isNotNull();
        assertThat(database.story(task.taskId())).endsWith("1:RUNNING>CANCELED");
        assertThat(database.tryClaim(task.runId(), PRESENT)).isEmpty();
    }

    @Test
    void aRunThatNobodyHoldsIsCanceledAtOnce() {
        TaskCommand task = database.create();
        claimAndDie(task.runId());
        freeLost();
        assertThat(database.tasks.cancel(task.runId(), "somebody")).isEqualTo(CancelOutcome.CANCELED);
        assertThat(database.run(task.runId()).get("completed_at")).isNotNull();
        assertThat(database.story(task.taskId())).endsWith("1:RUNNING>CANCELED");
    }

    @Test
    void aRunThatIsClaimedAnewBeforeTheSweepComesToItIsLeftAlone() throws Exception {
        TaskCommand first = database.create();
        TaskCommand second = database.create();
        claimAndDie(first.runId());
        claimAndDie(second.runId());
        database.holdUpUpdates(first.runId());
        try (DedicatedSession holdUp = database.session("hold-up");
                HikariDataSource rowByRow = database.poolThatJoinsRowByRow();
                ExecutorService executor = Executors.newSingleThreadExecutor()) {
            assertThat(holdUp.hold(TaskDatabase.HOLD_UP, TaskDatabase.HOLD_UP)).isTrue();
            RunSweep slow = new RunSweep(JdbcClient.create(rowByRow), RETRIES, MAX_LOST);
            Future<List<RunSweep.Found>> found = executor.submit(() -> slow.freeLost(slow.look()));
            database.awaitHeldUp();
            assertThat(freeLost()).extracting(RunSweep.Found::command).containsExactly(second);
            database.claim(second.runId(), PRESENT);
            database.kill("hold-up");
            assertThat(found.get()).extracting(RunSweep.Found::command).containsExactly(first);
        } finally {
            database.letUpdatesPass();
        }
        assertThat(database.run(second.runId())).containsEntry("lost_workers", 1);
        assertThat(freeLost()).isEmpty();
    }

    @Test
    void twoSweepersAtOnceFindEachRunOnce() throws Exception {
        List<TaskCommand> tasks = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            TaskCommand task = database.create();
            claimAndDie(task.runId());
            tasks.add(task);
        }
        List<RunSweep.Found> found =
                AtOnce.call(4, this::freeLost).stream().flatMap(List::stream).toList();
        assertThat(found).extracting(RunSweep.Found::command).containsExactlyInAnyOrderElementsOf(tasks);
        assertThat(database.count("task_run where lost_workers <> 1")).isZero();
    }

    @Test
    void aPendingRunWithoutACommandIsCommandedAgainWithDoublingPatience() {
        TaskCommand task = database.create();
        for (int patience = 30; patience <= 120; patience *= 2) {
            assertFoundAfter(task, patience);
        }
        for (int sent = 4; sent < 8; sent++) {
            database.execute("update task_run set commanded_at = now() - interval '1 day'");
            database.execute("delete from command_outbox");
            assertThat(commandUnclaimed()).hasSize(1);
        }
        assertFoundAfter(task, 30 * 64);
        assertThat(database.story(task.taskId())).containsExactly("1:>PENDING");
    }

    @Test
    void aRunThatWaitsForItsCommandOrItsTimeIsNotCommandedAgain() {
        TaskCommand waiting = database.create();
        TaskCommand early = database.create();
        database.execute("update task_run set commanded_at = now() - interval '1 hour'");
        database.execute("update task_run set not_before = now() + interval '1 hour' where id = ?", early.runId());
        database.execute("delete from command_outbox where run_id = ?", early.runId());
        assertThat(commandUnclaimed()).isEmpty();
        assertThat(database.commands(waiting.runId())).isEqualTo(1);
    }

    @Test
    void aLineMovesWhereNoOtherRunWouldMoveIt() {
        String connection = database.connection();
        TaskCommand other = database.create(connection, TaskType.VALIDATE);
        TaskCommand first = inLine(connection);
        TaskCommand second = inLine(connection);
        assertThat(moveStuckLines()).as("the other one can end").isZero();
        database.execute("update task_run set not_before = now() + interval '1 hour' where id = ?", other.runId());
        assertThat(moveStuckLines()).isEqualTo(1);
        assertThat(database.run(first.runId())).containsEntry("limited_since", null);
        assertThat(database.commands(first.runId())).isEqualTo(1);
        assertThat(database.commands(second.runId())).isZero();
        assertThat(moveStuckLines()).as("the first can end").isZero();
        assertThat(database.story(first.taskId())).containsExactly("1:>PENDING");
    }

    @Test
    void aRunInLineIsNotCommandedForWaitingLong() {
        String connection = database.connection();
        database.claim(database.create(connection, TaskType.VALIDATE).runId(), PRESENT);
        TaskCommand waiting = inLine(connection);
        database.execute("update task_run set commanded_at = now() - interval '1 day'");
        assertThat(commandUnclaimed()).isEmpty();
        assertThat(moveStuckLines()).isZero();
        assertThat(database.commands(waiting.runId())).isZero();
    }

    private TaskCommand inLine(String connection) {
        CreateOutcome outcome = database.ask(connection, TaskType.CRAWL, TaskInput.of(Ids.next()));
        TaskCommand task = ((CreateOutcome.Created) outcome).command();
        database.execute("update task_run set limited_since = now() where id = ?", task.runId());
        database.execute("delete from command_outbox where run_id = ?", task.runId());
        return task;
    }

    private int moveStuckLines() {
        return database.inTransaction(sweep::moveStuckLines);
    }

    @Test
    void aFreedRunThatNobodyClaimsIsCommandedAgain() {
        TaskCommand task = database.create();
        claimAndDie(task.runId());
        freeLost();
        database.execute("update task_run set commanded_at = now() - interval '61 seconds'");
        assertThat(commandUnclaimed()).isEmpty();
        database.execute("delete from command_outbox");
        assertThat(commandUnclaimed()).containsExactly(new RunSweep.Found(task, RunStatus.RUNNING));
        assertThat(database.commands(task.runId())).isEqualTo(1);
    }

    private void assertFoundAfter(TaskCommand task, int seconds) {
        database.execute("delete from command_outbox");
        String ago = "update task_run set commanded_at = now() - ? * interval '1 second'";
        database.execute(ago, seconds - 5);
        assertThat(commandUnclaimed()).isEmpty();
        database.execute(ago, seconds + 1);
        assertThat(commandUnclaimed()).containsExactly(new RunSweep.Found(task, RunStatus.PENDING));
        assertThat(database.commands(task.runId())).isEqualTo(1);
        assertThat(commandUnclaimed()).isEmpty();
    }

    private Duration waitOf(UUID run) {
        return Duration.ofMillis(database.jdbc
                .sql("select extract(epoch from not_before - created_at) * 1000 from task_run where id = ?")
                .param(run)
                .query(Long.class)
                .single());
    }

    private void lose(UUID run, int times) {
        for (int i = 0; i < times; i++) {
            claimAndDie(run);
            assertThat(freeLost()).hasSize(1);
        }
    }

    private void claimAndDie(UUID run) {
        database.claim(run, "killed");
        database.leave("killed");
    }

    private void letLeasesRunOut() {
        database.execute("update task_run set lease_until = now() - interval '1 second' where status = 'RUNNING'");
    }

    private List<RunSweep.Found> freeLost() {
        return database.inTransaction(() -> sweep.freeLost(sweep.look()));
    }

    private List<RunSweep.Found> commandUnclaimed() {
        return database.inTransaction(() -> sweep.commandUnclaimed(sweep.look()));
    }
}
