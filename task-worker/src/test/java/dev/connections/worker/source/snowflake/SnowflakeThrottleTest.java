package dev.connections.worker.source.snowflake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.source.SourceConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account that answers 429: Snowflake's reference recommends to wait longer each time, and names no header to wait by. */
class SnowflakeThrottleTest {
    private static final String DATABASE = "THROTTLED";

    private final AccountServer server = AccountServer.shared();
    private final AccountStub stub = server.stub();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), DATABASE).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(DATABASE + "/**"), List.of());
        server.createDatabase(DATABASE);
        server.createSchema(List.of(DATABASE, "SHOP"));
        server.createTable(List.of(DATABASE, "SHOP", "ORDERS"), List.of("ID"));
        stub.times.clear();
    }

    @AfterEach
    void close() {
        stub.throttled.clear();
        stub.partitions = query -> null;
        connection.close();
        server.dropDatabase(DATABASE);
    }

    @Test
    void theRequestIsSentAgainAfterPausesThatDouble() throws Exception {
        stub.throttled.addAll(List.of("", "", ""));
        assertThat(connection.crawl().objects().seen()).isEqualTo(3);
        assertThat(stub.throttled).isEmpty();
        assertThat(pause(1)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
        assertThat(pause(2)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
        assertThat(pause(3)).isGreaterThanOrEqualTo(Duration.ofMillis(400));
    }

    @Test
    void thePauseIsAsLongAsTheAccountAsksFor() throws Exception {
        stub.throttled.add("1");
        assertThat(connection.crawl().objects().seen()).isEqualTo(3);
        assertThat(pause(1)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    /** A part of the rows that is refused for now is asked for again, and no row is missing or read twice. */
    @Test
    void aPartOfTheRowsIsAskedForAgain() throws Exception {
        for (int i = 0; i < 100; i++) {
            server.createTable(List.of(DATABASE, "SHOP", "T" + i), List.of("ID"));
        }
        stub.partitions = query -> {
            if (query.equals("partition=1")) {
                stub.partitions = any -> null;
                return new AccountStub.Refusal(429, "{\"code\": \"390505\", \"message\": \"Too many requests.\"}");
            }
            return null;
        };
        assertThat(connection.crawl().objects().seen()).isEqualTo(3 + 100);
    }

    /** However long the account asks for: a cancel is not waited for. */
    @Test
    void aStopEndsThePause() throws Exception {
        stub.throttled.add("3600");
        Execution execution = connection.execution(TaskType.CRAWL, TaskInput.DEFAULT);
        CompletableFuture<Throwable> thrown =
                CompletableFuture.supplyAsync(() -> catchThrowable(() -> connection.read(execution)));
        await().until(stub.throttled::isEmpty);
        execution.stop(Execution.StopReason.CANCELED);
        assertThat(thrown.get(5, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
    }

    /** Between a request and the one before it, from 1. */
    private Duration pause(int number) {
        List<Long> times = List.copyOf(stub.times);
        return Duration.ofNanos(times.get(number) - times.get(number - 1));
    }
}
