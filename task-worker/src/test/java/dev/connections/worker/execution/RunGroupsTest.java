package dev.connections.worker.execution;

import static dev.connections.worker.execution.RunsTogether.VALIDATED;
import static dev.connections.worker.execution.RunsTogether.awaitAll;
import static dev.connections.worker.execution.RunsTogether.connection;
import static dev.connections.worker.execution.RunsTogether.succeeded;
import static dev.connections.worker.execution.RunsTogether.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunsTogether.Throwing;
import dev.connections.worker.execution.RunsTogether.Validated;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Runs whose work is done at the same time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunGroupsTest {
    private ClaimedRuns database;
    private RunsTogether together;

    @BeforeAll
    void start() throws SQLException {
        database = new ClaimedRuns();
        together = new RunsTogether(
                database, new RunOutcomes(database.pool, () -> {}, new RetryPolicy(Duration.ofSeconds(10))));
    }

    @AfterEach
    void everyConnectionIsBackInThePool() {
        await().untilAsserted(
                        () -> assertThat(database.pool.getHikariPoolMXBean().getActiveConnections())
                                .isZero());
    }

    @AfterAll
    void stop() throws SQLException {
        together.close();
        database.close();
    }

    @Test
    void runsThatEndAtTheSameTimeShareATransaction() throws Exception {
        List<ClaimedRun> runs = together.running(20);
        together.end(runs, run -> succeeded(new Validated(connection(run))));
        for (ClaimedRun run : runs) {
            together.assertEnded(run, RunStatus.SUCCEEDED);
            assertThat(database.run(run, "result")).isEqualTo("{\"found\": \"" + connection(run) + "\"}");
        }
        assertThat(together.transactions(runs)).isEqualTo(1);
        assertThat(together.validated(runs)).isEqualTo(20);
    }

    @Test
    void aValidationThatFoundAnErrorEndsWithTheOthers() throws Exception {
        List<ClaimedRun> runs = together.running(6);
        TaskError refused = TaskError.of(ErrorCode.CONNECTION_REFUSED, "nobody listens");
        together.end(
                runs,
                run -> run.equals(runs.getFirst())
                        ? new Outcome.Failed(refused, new Validated(connection(run)))
                        : succeeded(new Validated(connection(run))));
        together.assertEnded(runs.getFirst(), RunStatus.FAILED);
        assertThat(database.run(runs.getFirst(), "error")).contains("nobody listens");
        runs.subList(1, 6).forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(together.transactions(runs)).isEqualTo(1);
    }

    @Test
    void aRunThatAnotherWorkerHasTakenLosesItselfOnly() throws Exception {
        List<ClaimedRun> runs = together.running(8);
        ClaimedRun lost = runs.get(3);
        database.lose(lost);
        ClaimedRun again = database.claimAgain(lost.runId());
        together.end(runs, run -> succeeded(new Validated(connection(run))));
        assertThat(database.run(lost, "status || ' ' || epoch || ' ' || worker_id"))
                .isEqualTo("RUNNING " + again.epoch() + " second");
        List<ClaimedRun> others = without(runs, lost);
        others.forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(together.validated(runs))
                .as("what the lost one found is not written")
                .isEqualTo(7);
    }

    @Test
    void aRunThatWasCanceledWithoutItsWorkerStaysCanceled() throws Exception {
        List<ClaimedRun> runs = together.running(5);
        ClaimedRun canceled = runs.get(2);
        database.lose(canceled);
        database.tasks.cancel(canceled.runId(), "somebody");
        together.end(runs, run -> succeeded(new Validated(connection(run))));
        together.assertEnded(canceled, RunStatus.CANCELED);
        without(runs, canceled).forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(together.validated(runs)).isEqualTo(4);
    }

    @Test
    void anEffectThatThrowsFailsItselfOnly() throws Exception {
        List<ClaimedRun> runs = together.running(8);
        ClaimedRun bad = runs.get(5);
        List<Future<?>> ends = together.begin(
                runs,
                run -> succeeded(run.equals(bad) ? new Throwing(connection(run)) : new Validated(connection(run))));
        assertThatThrownBy(() -> ends.get(5).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RunFailedException.class);
        awaitAll(without(ends, ends.get(5)));
        assertThat(database.run(bad, "status")).isEqualTo("RUNNING");
        without(runs, bad).forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(together.validated(runs)).isEqualTo(7);
    }

    /** As a crash of the database or a cut does: whether the transaction was committed is not known to the worker. */
    @Test
    void aSessionThatEndsUnderAGroupLosesNoOtherRun() throws Exception {
        List<ClaimedRun> runs = together.running(8);
        ClaimedRun bad = runs.get(5);
        List<Future<?>> ends = together.begin(
                runs, run -> succeeded(run.equals(bad) ? new Fatal(connection(run)) : new Validated(connection(run))));
        assertThatThrownBy(() -> ends.get(5).get()).isInstanceOf(ExecutionException.class);
        awaitAll(without(ends, ends.get(5)));
        assertThat(database.run(bad, "status")).isEqualTo("RUNNING");
        without(runs, bad).forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(together.validated(runs)).isEqualTo(7);
    }

    @Test
    void aConnectionThatSomebodyHoldsDelaysItsOwnRunOnly() throws Exception {
        List<ClaimedRun> runs = together.running(6);
        ClaimedRun delayed = runs.get(2);
        List<Future<?>> ends;
        try (Connection holder = database.postgres.connect("connections");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from connection where id = '" + connection(delayed) + "' for update");
            ends = together.begin(runs, run -> succeeded(new Validated(connection(run))));
            awaitAll(without(ends, ends.get(2)));
            without(runs, delayed).forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
            assertThat(together.transactions(without(runs, delayed))).isEqualTo(1);
            assertThat(database.run(delayed, "status")).isEqualTo("RUNNING");
            holder.rollback();
        }
        awaitAll(ends);
        together.assertEnded(delayed, RunStatus.SUCCEEDED);
    }

    @Test
    void aRunThatSomebodyHoldsDelaysItselfOnly() throws Exception {
        List<ClaimedRun> runs = together.running(6);
        ClaimedRun delayed = runs.get(2);
        List<Future<?>> ends;
        try (Connection holder = database.postgres.connect("connections");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from task_run where id = '" + delayed.runId() + "' for update");
            ends = together.begin(runs, run -> succeeded(new Validated(connection(run))));
            awaitAll(without(ends, ends.get(2)));
            without(runs, delayed).forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
            assertThat(database.run(delayed, "status")).isEqualTo("RUNNING");
            holder.rollback();
        }
        awaitAll(ends);
        together.assertEnded(delayed, RunStatus.SUCCEEDED);
    }

    private record Fatal(UUID connectionId) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            jdbc.sql(VALIDATED).param(connectionId).update();
            jdbc.sql("select pg_terminate_backend(pg_backend_pid())").query(row -> {});
            return "";
        }
    }
}
