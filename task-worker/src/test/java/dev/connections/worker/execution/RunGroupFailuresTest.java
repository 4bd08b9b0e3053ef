package dev.connections.worker.execution;

import static dev.connections.worker.execution.RunsTogether.VALIDATED;
import static dev.connections.worker.execution.RunsTogether.awaitAll;
import static dev.connections.worker.execution.RunsTogether.connection;
import static dev.connections.worker.execution.RunsTogether.succeeded;
import static dev.connections.worker.execution.RunsTogether.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.lab.LossyNetwork;
import dev.connections.task.ClaimedRun;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunStatus;
import dev.connections.worker.execution.RunsTogether.Throwing;
import dev.connections.worker.execution.RunsTogether.Validated;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What happens to a group that is at work, and to its members. The worker reaches its database over a network that loses things. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RunGroupFailuresTest {
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final int TEN_MINUTES_S = 600;

    private ClaimedRuns database;
    private LossyNetwork network;
    private HikariDataSource pool;
    private RunsTogether together;

    @BeforeAll
    void start() throws SQLException {
        database = new ClaimedRuns();
    }

    @BeforeEach
    void connect() {
        network = new LossyNetwork(database.postgres.port());
        pool = ClaimedRuns.pool(network.port());
        // As a worker has it. The server ends a session that its client has left within a transaction.
        pool.addDataSourceProperty("socketTimeout", Integer.toString(TEN_MINUTES_S));
        pool.setConnectionInitSql("set idle_in_transaction_session_timeout = '2s'");
        together = new RunsTogether(
                database,
                new RunOutcomes(
                        pool,
                        () -> {},
                        new RetryPolicy(Duration.ofSeconds(10)),
                        new RunGroups(pool, () -> {}, SILENCE)));
    }

    @AfterEach
    void disconnect() throws IOException {
        await().untilAsserted(() ->
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero());
        together.close();
        pool.close();
        network.close();
    }

    @AfterAll
    void stop() throws SQLException {
        database.close();
    }

    @Test
    void aLostRunACanceledOneAndAThrowingEffectInOneGroupHinderNobodyElse() throws Exception {
        List<ClaimedRun> runs = together.running(9);
        ClaimedRun lost = runs.get(1);
        ClaimedRun canceled = runs.get(4);
        ClaimedRun asked = runs.get(5);
        ClaimedRun bad = runs.get(7);
        database.lose(lost);
        ClaimedRun again = database.claimAgain(lost.runId());
        database.lose(canceled);
        database.tasks.cancel(canceled.runId(), "somebody");
        // Its work was done before its worker learned of it.
        database.tasks.cancel(asked.runId(), "somebody");

        List<Future<?>> ends = together.begin(
                runs,
                run -> succeeded(run.equals(bad) ? new Throwing(connection(run)) : new Validated(connection(run))));
        assertThatThrownBy(() -> ends.get(7).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RunFailedException.class);
        awaitAll(without(ends, ends.get(7)));

        assertThat(database.run(lost, "status || ' ' || epoch || ' ' || worker_id"))
                .isEqualTo("RUNNING " + again.epoch() + " second");
        assertThat(database.story(lost)).containsExactly("PENDING", "RUNNING", "RUNNING");
        together.assertEnded(canceled, RunStatus.CANCELED);
        together.assertEnded(asked, RunStatus.SUCCEEDED);
        assertThat(database.run(bad, "status")).isEqualTo("RUNNING");
        assertThat(database.story(bad)).containsExactly("PENDING", "RUNNING");
        List.of(0, 2, 3, 6, 8).forEach(i -> together.assertEnded(runs.get(i), RunStatus.SUCCEEDED));
        assertThat(together.validated(runs)).as("by those that succeeded").isEqualTo(6);
    }

    @Test
    void anErrorOfAnEffectFailsItselfOnly() throws Exception {
        List<ClaimedRun> runs = together.running(6);
        // The leader is any of them.
        ClaimedRun bad = runs.get(3);
        List<Future<?>> ends = together.begin(
                runs,
                run -> succeeded(run.equals(bad) ? new Endless(connection(run)) : new Validated(connection(run))));
        assertThatThrownBy(() -> ends.get(3).get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
        awaitAll(without(ends, ends.get(3)));
        assertThat(database.run(bad, "status")).isEqualTo("RUNNING");
        without(runs, bad).forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(together.validated(runs)).isEqualTo(5);
    }

    @Test
    void runsWhoseCommitWasNotConfirmedHaveEndedOnce() throws Exception {
        List<ClaimedRun> runs = together.running(8);
        Runnable losing = once(() -> network.loseCommits(1));
        together.end(runs, run -> succeeded(new Followed(connection(run), losing)));
        assertThat(network.commitsToLose()).isZero();
        runs.forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(together.transactions(runs))
                .as("the one that was not confirmed")
                .isEqualTo(1);
        assertThat(together.validated(runs)).isEqualTo(8);
    }

    /** Without the limit, the ends of this worker would wait for ten minutes. */
    @Test
    void aSessionThatFallsSilentHoldsTheEndsNoLongerThanItsLimit() throws Exception {
        List<ClaimedRun> runs = together.running(8);
        List<ClaimedRun> later = together.running(4);
        Runnable silencing = once(network::silence);
        long begun = System.nanoTime();
        together.end(runs, run -> succeeded(new Followed(connection(run), silencing)));
        together.end(later, run -> succeeded(new Validated(connection(run))));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(SILENCE);
        runs.forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        later.forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        assertThat(together.validated(runs)).isEqualTo(8);
    }

    @Test
    void aSessionThatAGroupGaveBackHasTheLimitOfThePool() throws Exception {
        pool.setMaximumPoolSize(1);
        List<ClaimedRun> runs = together.running(3);
        together.end(runs, run -> succeeded(new Validated(connection(run))));
        runs.forEach(run -> together.assertEnded(run, RunStatus.SUCCEEDED));
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.getNetworkTimeout()).isEqualTo((int) TimeUnit.SECONDS.toMillis(TEN_MINUTES_S));
        }
    }

    private static Runnable once(Runnable what) {
        AtomicBoolean done = new AtomicBoolean();
        return () -> {
            if (done.compareAndSet(false, true)) {
                what.run();
            }
        };
    }

    /** A change, after which something happens before the transaction goes on. */
    private record Followed(UUID connectionId, Runnable by) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            jdbc.sql(VALIDATED).param(connectionId).update();
            by.run();
            return "";
        }
    }

    private record Endless(UUID connectionId) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            jdbc.sql(VALIDATED).param(connectionId).update();
            throw new StackOverflowError("of a recursion without an end");
        }
    }
}
