package dev.connections.worker.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.embedded.Postgres;
import dev.connections.json.Ids;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Executions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatementCancellerTest {
    private static final String SLOW = "select pg_sleep(2)";

    private Postgres postgres;

    @BeforeAll
    void start() {
        postgres = Postgres.startTemporary();
    }

    @AfterAll
    void stop() {
        postgres.close();
    }

    @Test
    void aStopCancelsTheStatementThatRuns() throws Exception {
        Execution execution = Executions.of(Ids.next(), 1);
        try (Connection session = postgres.connect("postgres")) {
            StatementCanceller canceller = StatementCanceller.of(session, execution);
            CompletableFuture<String> statement = CompletableFuture.supplyAsync(() -> slow(session));
            awaitRunning();
            execution.stop(Execution.StopReason.CANCELED);
            assertThat(statement.join()).isEqualTo("57014");
            canceller.close();
        }
    }

    @Test
    void aStopThatIsLateDoesNotHitTheNextUserOfTheSession() throws Exception {
        Execution execution = Executions.of(Ids.next(), 1);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        try (Connection session = postgres.connect("postgres")) {
            StatementCanceller canceller = StatementCanceller.of(session, execution);
            // What was registered last is run first.
            execution.onStop(() -> {
                begun.countDown();
                awaited(mayGoOn);
            });
            Thread stopping = Thread.ofPlatform().start(() -> execution.stop(Execution.StopReason.CANCELED));
            begun.await();
            canceller.close();
            CompletableFuture<String> nextUser = CompletableFuture.supplyAsync(() -> slow(session));
            awaitRunning();
            mayGoOn.countDown();
            stopping.join();
            assertThat(nextUser.join()).isEqualTo("done");
        }
    }

    private void awaitRunning() throws SQLException {
        try (Connection watch = postgres.connect("postgres");
                Statement statement = watch.createStatement()) {
            await().until(() -> {
                try (var row = statement.executeQuery(
                        "select count(*) from pg_stat_activity where state = 'active' and query = '" + SLOW + "'")) {
                    row.next();
                    return row.getInt(1) == 1;
                }
            });
        }
    }

    private static String slow(Connection session) {
        try (Statement statement = session.createStatement()) {
            statement.execute(SLOW);
            return "done";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
