package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.json.Ids;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.dao.DataIntegrityViolationException;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunStoreTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private TaskDatabase database;
    private RunStore runs;

    @BeforeAll
    void start() {
        database = new TaskDatabase();
        runs = database.runs;
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
    void aRunWhoseLeaseRanOutMayBeClaimedAndOneWhoseLeaseHoldsMayNot() {
        ClaimedRun run = database.running();
        assertThat(database.tryClaim(run.runId(), "other")).isEmpty();
        letLeaseRunOut(run);
        assertThat(database.claim(run.runId(), "other").epoch()).isEqualTo(2);
        assertThat(database.story(run.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>RUNNING");
        database.assertGapless(run.taskId());
    }

    @Test
    void theEndOfARunCommandsTheOneThatWaitsLongestForItsPlaceAndIsNotCanceled() {
        String connection = database.connection();
        ClaimedRun running =
                claimOne(database.create(connection, TaskType.VALIDATE)).getFirst();
        TaskCommand last = waiting(connection, 10);
        TaskCommand longest = waiting(connection, 20);
        TaskCommand canceled = waiting(connection, 30);
        database.inTransaction(() -> database.tasks.cancel(canceled.runId(), "test"));
        assertThat(runs.succeed(running, Map.of())).isTrue();
        assertThat(database.commands(canceled.runId())).isZero();
        assertThat(database.commands(longest.runId())).isOne();
        assertThat(database.commands(last.runId())).isZero();
    }

    @Test
    void aWriteWithAnOldEpochChangesNothing() {
        ClaimedRun old = database.running();
        letLeaseRunOut(old);
        ClaimedRun current = database.claim(old.runId(), "other");
        Map<String, ?> before = database.run(old.runId());

        assertThat(runs.succeed(old, Map.of())).isFalse();
        assertThat(runs.fail(old, TaskError.of(ErrorCode.TIMEOUT, "late"), Map.of()))
                .isFalse();
        assertThat(runs.cancel(old)).isFalse();
        assertThat(runs.handBack(old)).isFalse();
        assertThat(runs.extendLeases(Map.of(old.runId(), old.epoch()), Map.of(old.runId(), "{}"), HOUR))
                .isEmpty();
        assertThat(runs.stillHeld(Map.of(old.runId(), old.epoch()))).isEmpty();

        assertThat(database.run(old.runId())).isEqualTo(before);
        assertThat(runs.succeed(current, Map.of())).isTrue();
        assertThat(runs.succeed(current, Map.of())).isFalse();
        database.assertGapless(old.taskId());
    }

    @Test
    void aRunThatAnotherSessionHasLockedKeepsNoOtherLeaseFromBeingExtended() throws Exception {
        UUID first = database.running().runId();
        UUID second = database.running().runId();
        ClaimedRun ended = database.running();
        Map<UUID, Integer> held = Map.of(first, 1, second, 1, ended.runId(), 1);
        database.execute("update task_run set lease_until = now() where status = 'RUNNING'");
        try (Connection other = database.pool.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select from task_run where id = '" + first + "' for update");
            runs.succeed(ended, Map.of());

            Map<UUID, Boolean> answers = CompletableFuture.supplyAsync(() -> runs.extendLeases(held, Map.of(), HOUR))
                    .get(10, TimeUnit.SECONDS);

            assertThat(answers).containsExactlyInAnyOrderEntriesOf(Map.of(first, false, second, false));
            assertThat(isExtended(second)).isTrue();
            assertThat(isExtended(first)).isFalse();
            other.rollback();
        }
        assertThat(runs.extendLeases(held, Map.of(), HOUR)).containsOnlyKeys(first, second);
        assertThat(isExtended(first)).isTrue();
    }

    private boolean isExtended(UUID run) {
        return database.count("task_run where lease_until > now() + interval '30 minutes' and id = '" + run + "'") == 1;
    }

    @Test
    void aClaimPassesOverARunThatAnotherSessionHasLocked() throws Exception {
        TaskCommand locked = database.create();
        TaskCommand free = database.create();
        database.present("worker");
        try (Connection other = database.pool.getConnection();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("select from task_run where id = '" + locked.runId() + "' for update");

            List<ClaimedRun> claimed = CompletableFuture.supplyAsync(
                            () -> runs.claim("worker", free.type(), List.of(locked.runId(), free.runId()), HOUR, 10))
                    .get(10, TimeUnit.SECONDS);

            assertThat(claimed).extracting(ClaimedRun::runId).containsExactly(free.runId());
            other.rollback();
        }
        assertThat(database.tryClaim(locked.runId(), "worker")).hasSize(1);
    }

    @Test
    void leasesAreExtendedTogetherAndCarryProgressAndCancellation() {
        ClaimedRun working = database.running();
        ClaimedRun canceled = database.running();
        ClaimedRun ended = database.running();
        database.tasks.cancel(canceled.runId(), "somebody");
        runs.succeed(ended, Map.of());
        database.execute("update task_run set lease_until = now() where status = 'RUNNING'");
        Map<UUID, Integer> held = Map.of(working.runId(), 1, canceled.runId(), 1, ended.runId(), 1);

        Map<UUID, Boolean> answers = runs.extendLeases(held, Map.of(working.runId(), "{\"objectsSeen\": 7}"), HOUR);

        assertThat(answers).containsExactlyInAnyOrderEntriesOf(Map.of(working.runId(), false, canceled.runId(), true));
        assertThat(runs.stillHeld(held)).isEqualTo(answers);
        assertThat(database.run(working.runId()).get("progress")).hasToString("{\"objectsSeen\": 7}");
        runs.extendLeases(held, Map.of(), HOUR);
        assertThat(database.run(working.runId()).get("progress")).hasToString("{\"objectsSeen\": 7}");
        assertThat(database.tryClaim(working.runId(), "other")).isEmpty();
    }

    @Test
    void aRunHandedBackKeepsItsAttemptAndAsksForACommandAgain() {
        ClaimedRun run = database.running();
        database.execute("delete from command_outbox where run_id = ?", run.runId());
        assertThat(runs.handBack(run)).isTrue();
        assertThat(database.count("command_outbox where available_at <= now() and run_id = '" + run.runId() + "'"))
                .isEqualTo(1);
        assertThat(database.claim(run.runId(), "other"))
                .extracting(ClaimedRun::attempt, ClaimedRun::epoch)
                .containsExactly(1, 2);
        assertThat(database.story(run.taskId()))
                .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>PENDING", "1:PENDING>RUNNING");
        database.assertGapless(run.taskId());
    }

    @Test
    void aRunHandedBackBeforeItsCommandWasForgottenAsksWithANewVersion() {
        ClaimedRun run = database.running();
        runs.handBack(run);
        assertThat(database.count("command_outbox where version = 1 and run_id = '" + run.runId() + "'"))
                .isEqualTo(1);
    }

    @Test
    void aRunThatWasToBeCanceledIsCanceledInsteadOfHandedBack() {
        ClaimedRun run = database.running();
        database.tasks.cancel(run.runId(), "somebody");
        assertThat(runs.handBack(run)).isTrue();
        assertThat(database.story(run.taskId())).endsWith("1:RUNNING>CANCELED");
        assertThat(database.run(run.runId()).get("completed_at")).isNotNull();
        assertThat(database.tryClaim(run.runId(), "other")).isEmpty();
    }

    @Test
    void aRetryIsTheNextAttemptWaitsForItsTimeAndStillRefusesATwin() {
        String connection = database.connection();
        ClaimedRun run =
                database.claim(database.create(connection, TaskType.CRAWL).runId(), "worker");
        failAndRetry(run);

        UUID next = database.latestRun(run.taskId());
        assertThat(next).isNotEqualTo(run.runId());
        assertThat(database.run(next)).containsEntry("attempt", 2).containsEntry("status", "PENDING");
        assertThat(database.ask(connection, TaskType.CRAWL, TaskInput.DEFAULT))
                .isEqualTo(new CreateOutcome.InFlight(run.taskId()));
        assertThat(database.count("command_outbox o join task_run r on r.id = o.run_id"
                        + " where o.available_at = r.not_before and r.id = '" + next + "'"))
                .isEqualTo(1);
        assertThat(database.tryClaim(next, "worker")).isEmpty();

        database.execute("update task_run set not_before = null where id = ?", next);
        assertThat(database.claim(next, "worker").attempt()).isEqualTo(2);
        assertThat(database.story(run.taskId()))
                .containsExactly(
                        "1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>FAILED", "2:>PENDING", "2:PENDING>RUNNING");
        database.assertGapless(run.taskId());
    }

    @Test
    void noTwinGetsThroughWhileARunFailsIntoARetry() throws Exception {
        String connection = database.connection();
        ClaimedRun run =
                database.claim(database.create(connection, TaskType.CRAWL).runId(), "worker");
        AtomicInteger turn = new AtomicInteger();
        List<Object> answers = AtOnce.call(20, () -> {
            if (turn.getAndIncrement() == 0) {
                failAndRetry(run);
                return run;
            }
            return database.ask(connection, TaskType.CRAWL, TaskInput.DEFAULT);
        });
        assertThat(answers)
                .filteredOn(answer -> !answer.equals(run))
                .hasSize(19)
                .allMatch(answer -> answer.equals(new CreateOutcome.InFlight(run.taskId())));
    }

    private void failAndRetry(ClaimedRun run) {
        assertThat(database.inTransaction(() -> {
                    boolean failed = runs.fail(run, TaskError.of(ErrorCode.TIMEOUT, "will be retried"), null);
                    runs.retry(run, HOUR);
                    return failed;
                }))
                .isTrue();
    }

    @Test
    void aStatementThatEndsSeveralRunsOfAConnectionCommandsAsManyThatWait() {
        String connection = database.connection();
        database.present("worker");
        List<UUID> running = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CreateOutcome outcome = database.ask(connection, TaskType.CRAWL, TaskInput.of(Ids.next()));
            UUID run = ((CreateOutcome.Created) outcome).command().runId();
            assertThat(runs.claim("worker", TaskType.CRAWL, List.of(run), HOUR, 2))
                    .hasSize(1);
            running.add(run);
        }
        List<TaskCommand> waiting = List.of(waiting(connection, 30), waiting(connection, 20), waiting(connection, 10));

        database.execute(
                "update task_run set status = 'SUCCEEDED', completed_at = now(), lease_until = null where id = any(?)",
                (Object) running.toArray(UUID[]::new));

        assertThat(waiting.stream().map(task -> database.commands(task.runId())))
                .containsExactly(1L, 1L, 0L);
        assertThat(database.jdbc
                        .sql("select running from connection_load l join connection c on c.id = l.connection_id"
                                + " where connection_key = ?")
                        .param(connection)
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aStatementThatMovesManyRunsWritesTheEventOfEach() {
        List<ClaimedRun> claimed = Stream.generate(database::running).limit(60).toList();
        database.execute(
                "update task_run set status = 'SUCCEEDED', completed_at = now(), lease_until = null where id = any(?)",
                (Object) claimed.stream().map(ClaimedRun::runId).toArray(UUID[]::new));
        for (ClaimedRun run : claimed) {
            assertThat(database.story(run.taskId()))
                    .containsExactly("1:>PENDING", "1:PENDING>RUNNING", "1:RUNNING>SUCCEEDED");
            database.assertGapless(run.taskId());
            assertThat(database.status(run.taskId())).isEqualTo(RunStatus.SUCCEEDED);
        }
        assertThat(database.jdbc
                        .sql("select sum(running) from connection_load where connection_id in"
                                + " (select connection_id from task_run where id = any(?))")
                        .param(claimed.stream().map(ClaimedRun::runId).toArray(UUID[]::new))
                        .query(Integer.class)
                        .single())
                .isZero();
    }

    @Test
    void aStatementThatMovesTwoRunsOfATaskIsRefused() {
        ClaimedRun run = database.running();
        database.execute(
                "insert into task_run (id, task_id, connection_id, type, attempt, status)"
                        + " select ?, task_id, connection_id, type, 2, 'PENDING' from task_run where id = ?",
                Ids.next(),
                run.runId());
        assertThatThrownBy(() -> database.execute(
                        "update task_run set status = 'CANCELED', completed_at = now() where task_id = ?",
                        run.taskId()))
                .isInstanceOf(DataIntegrityViolationException.class)
                .hasMessageContaining("two runs of one task");
    }

    @Test
    void aRunIsClaimedOnlyAsWhatItIs() {
        TaskCommand task = database.create(database.connection(), TaskType.CRAWL);
        database.present("worker");
        assertThat(runs.claim("worker", TaskType.VALIDATE, List.of(task.runId()), HOUR, 1))
                .isEmpty();
        assertThat(runs.claim("worker", TaskType.CRAWL, List.of(task.runId()), HOUR, 1))
                .hasSize(1);
    }

    private List<ClaimedRun> claimOne(TaskCommand task) {
        database.present("worker");
        return runs.claim("worker", task.type(), List.of(task.runId()), HOUR, 1);
    }

    /** A run that found its connection at its maximum so many seconds ago; its first command is gone. */
    private TaskCommand waiting(String connection, int seconds) {
        CreateOutcome outcome = database.ask(connection, TaskType.CRAWL, TaskInput.of(Ids.next()));
        TaskCommand task = ((CreateOutcome.Created) outcome).command();
        assertThat(claimOne(task)).isEmpty();
        database.execute(
                "update task_run set limited_since = now() - make_interval(secs => ?) where id = ?",
                seconds,
                task.runId());
        database.execute("delete from command_outbox where run_id = ?", task.runId());
        return task;
    }

    private void letLeaseRunOut(ClaimedRun run) {
        database.execute("update task_run set lease_until = now() - interval '1 second' where id = ?", run.runId());
    }
}
