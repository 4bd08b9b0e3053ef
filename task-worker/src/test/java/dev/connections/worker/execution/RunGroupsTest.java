package dev.connections.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskError;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Runs whose work is done at the same time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunGroupsTest {
    private static final String VALIDATED = "update connection set last_validated_at = now() where id = ?";

    private ClaimedRuns database;
    private RunOutcomes outcomes;
    private ExecutorService threads;

    @BeforeAll
    void start() throws SQLException {
        database = new ClaimedRuns();
        outcomes = new RunOutcomes(database.pool, () -> {}, new RetryPolicy(Duration.ofSeconds(10)));
    }

    @BeforeEach
    void startThreads() {
        threads = Executors.newCachedThreadPool();
    }

    @AfterEach
    void endThreads() {
        threads.shutdown();
        await().untilAsserted(
                        () -> assertThat(database.pool.getHikariPoolMXBean().getActiveConnections())
                                .isZero());
    }

    @AfterAll
    void stop() throws SQLException {
        database.close();
    }

    @Test
    void runsThatEndAtTheSameTimeShareATransaction() throws Exception {
        List<ClaimedRun> runs = running(20);
        endTogether(runs, run -> succeeded(new Validated(connection(run))));
        for (ClaimedRun run : runs) {
            assertEnded(run, RunStatus.SUCCEEDED);
            assertThat(database.run(run, "result")).isEqualTo("{\"found\": \"" + connection(run) + "\"}");
        }
        assertThat(transactions(runs)).isEqualTo(1);
        assertThat(validated(runs)).isEqualTo(20);
    }

    @Test
    void aValidationThatFoundAnErrorEndsWithTheOthers() throws Exception {
        List<ClaimedRun> runs = running(6);
        TaskError refused = TaskError.of(ErrorCode.CONNECTION_REFUSED, "nobody listens");
        endTogether(
                runs,
                run -> run.equals(runs.getFirst())
                        ? new Outcome.Failed(refused, new Validated(connection(run)))
                        : succeeded(new Validated(connection(run))));
        assertEnded(runs.getFirst(), RunStatus.FAILED);
        assertThat(database.run(runs.getFirst(), "error")).contains("nobody listens");
        runs.subList(1, 6).forEach(run -> assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(transactions(runs)).isEqualTo(1);
    }

    @Test
    void aRunThatAnotherWorkerHasTakenLosesItselfOnly() throws Exception {
        List<ClaimedRun> runs = running(8);
        ClaimedRun lost = runs.get(3);
        database.lose(lost);
        ClaimedRun again = database.claimAgain(lost.runId());
        endTogether(runs, run -> succeeded(new Validated(connection(run))));
        assertThat(database.run(lost, "status || ' ' || epoch || ' ' || worker_id"))
                .isEqualTo("RUNNING " + again.epoch() + " second");
        List<ClaimedRun> others = without(runs, lost);
        others.forEach(run -> assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(validated(runs)).as("what the lost one found is not written").isEqualTo(7);
    }

    @Test
    void aRunThatWasCanceledWithoutItsWorkerStaysCanceled() throws Exception {
        List<ClaimedRun> runs = running(5);
        ClaimedRun canceled = runs.get(2);
        database.lose(canceled);
        database.tasks.cancel(canceled.runId(), "somebody");
        endTogether(runs, run -> succeeded(new Validated(connection(run))));
        assertEnded(canceled, RunStatus.CANCELED);
        without(runs, canceled).forEach(run -> assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(validated(runs)).isEqualTo(4);
    }

    @Test
    void anEffectThatThrowsFailsItselfOnly() throws Exception {
        List<ClaimedRun> runs = running(8);
        ClaimedRun bad = runs.get(5);
        List<Future<?>> ends = beginTogether(
                runs,
                run -> succeeded(run.equals(bad) ? new Throwing(connection(run)) : new Validated(connection(run))));
        assertThatThrownBy(() -> ends.get(5).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RunFailedException.class);
        awaitAll(without(ends, ends.get(5)));
        assertThat(database.run(bad, "status")).isEqualTo("RUNNING");
        without(runs, bad).forEach(run -> assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(validated(runs)).isEqualTo(7);
    }

    /** As a crash of the database or a cut does: whether the transaction was committed is not known to the worker. */
    @Test
    void aSessionThatEndsUnderAGroupLosesNoOtherRun() throws Exception {
        List<ClaimedRun> runs = running(8);
        ClaimedRun bad = runs.get(5);
        List<Future<?>> ends = beginTogether(
                runs, run -> succeeded(run.equals(bad) ? new Fatal(connection(run)) : new Validated(connection(run))));
        assertThatThrownBy(() -> ends.get(5).get()).isInstanceOf(ExecutionException.class);
        awaitAll(without(ends, ends.get(5)));
        assertThat(database.run(bad, "status")).isEqualTo("RUNNING");
        without(runs, bad).forEach(run -> assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(validated(runs)).isEqualTo(7);
    }

    @Test
    void aConnectionThatSomebodyHoldsDelaysItsOwnRunOnly() throws Exception {
        List<ClaimedRun> runs = running(6);
        ClaimedRun delayed = runs.get(2);
        List<Future<?>> ends;
        try (Connection holder = database.postgres.connect("connections");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from connection where id = '" + connection(delayed) + "' for update");
            ends = beginTogether(runs, run -> succeeded(new Validated(connection(run))));
            awaitAll(without(ends, ends.get(2)));
            without(runs, delayed).forEach(run -> assertEnded(run, RunStatus.SUCCEEDED));
            assertThat(transactions(without(runs, delayed))).isEqualTo(1);
            assertThat(database.run(delayed, "status")).isEqualTo("RUNNING");
            holder.rollback();
        }
        awaitAll(ends);
        assertEnded(delayed, RunStatus.SUCCEEDED);
    }

    @Test
    void aRunThatSomebodyHoldsDelaysItselfOnly() throws Exception {
        List<ClaimedRun> runs = running(6);
        ClaimedRun delayed = runs.get(2);
        List<Future<?>> ends;
        try (Connection holder = database.postgres.connect("connections");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from task_run where id = '" + delayed.runId() + "' for update");
            ends = beginTogether(runs, run -> succeeded(new Validated(connection(run))));
            awaitAll(without(ends, ends.get(2)));
            without(runs, delayed).forEach(run -> assertEnded(run, RunStatus.SUCCEEDED));
            assertThat(database.run(delayed, "status")).isEqualTo("RUNNING");
            holder.rollback();
        }
        awaitAll(ends);
        assertEnded(delayed, RunStatus.SUCCEEDED);
    }

    private interface OutcomeOf {
        Outcome of(ClaimedRun run);
    }

    private record Validated(UUID connectionId) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            jdbc.sql(VALIDATED).param(connectionId).update();
            return Map.of("found", connectionId);
        }
    }

    private record Throwing(UUID connectionId) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            jdbc.sql(VALIDATED).param(connectionId).update();
            throw new RunFailedException(ErrorCode.REMOTE_ERROR, "too late", null);
        }
    }

    private record Fatal(UUID connectionId) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            jdbc.sql(VALIDATED).param(connectionId).update();
            jdbc.sql("select pg_terminate_backend(pg_backend_pid())").query(row -> {});
            return "";
        }
    }

    private static Outcome succeeded(Effect effect) {
        return new Outcome.Succeeded(effect);
    }

    private List<ClaimedRun> running(int count) {
        return Stream.generate(database::next).limit(count).toList();
    }

    private static UUID connection(ClaimedRun run) {
        return Objects.requireNonNull(run.target()).connectionId();
    }

    private void endTogether(List<ClaimedRun> runs, OutcomeOf outcome) throws Exception {
        awaitAll(beginTogether(runs, outcome));
    }

    /** Ends them while a group is at work; they are the group that follows it. */
    private List<Future<?>> beginTogether(List<ClaimedRun> runs, OutcomeOf outcome) {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        ClaimedRun slow = database.next();
        threads.execute(() -> outcomes.write(slow, succeeded(waiting(begun, release))));
        await().until(() -> begun.getCount() == 0);
        List<Future<?>> ends = new ArrayList<>();
        for (ClaimedRun run : runs) {
            ends.add(threads.submit(() -> outcomes.write(run, outcome.of(run))));
        }
        await().until(() -> waiting() == runs.size());
        release.countDown();
        return ends;
    }

    private static Effect waiting(CountDownLatch begun, CountDownLatch release) {
        return jdbc -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "";
        };
    }

    private static void awaitAll(List<Future<?>> ends) throws Exception {
        for (Future<?> end : ends) {
            end.get();
        }
    }

    private static <T> List<T> without(List<T> all, @Nullable T one) {
        return all.stream().filter(other -> !other.equals(one)).toList();
    }

    private static long waiting() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack ->
                        Stream.of(stack).anyMatch(frame -> frame.getMethodName().equals("awaitTurn")))
                .count();
    }

    private void assertEnded(ClaimedRun run, RunStatus status) {
        assertThat(database.run(run, "status")).isEqualTo(status.name());
        assertThat(database.story(run)).containsExactly("PENDING", "RUNNING", status.name());
    }

    private long transactions(List<ClaimedRun> runs) {
        return database.jdbc
                .sql("select count(distinct xmin::text) from task_run where id = any(?)")
                .param(runs.stream().map(ClaimedRun::runId).toArray(UUID[]::new))
                .query(Long.class)
                .single();
    }

    private long validated(List<ClaimedRun> runs) {
        return database.jdbc
                .sql("select count(*) from connection where id = any(?) and last_validated_at is not null")
                .param(runs.stream().map(RunGroupsTest::connection).toArray(UUID[]::new))
                .query(Long.class)
                .single();
    }
}
