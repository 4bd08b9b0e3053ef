package dev.connections.api.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The sweeper of the running service. */
@ExtendWith(OutputCaptureExtension.class)
class SweeperTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningApi api = RunningApi.get();
    private final String tasks = api.newConnection() + "/tasks";
    private final Answer task = api.post(tasks, "{\"type\": \"VALIDATE\"}").is(201);

    @Test
    void aLostWorkerIsCountedAndLoggedWithTheRunThatItLeft(CapturedOutput log) {
        double before = found("worker-lost");
        change("status = 'RUNNING', worker_id = 'gone', lease_until = now() - interval '1 second'");
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(found("worker-lost")).isGreaterThan(before);
            assertThat(log.getAll()).contains("run " + task.at("/latestRunId"), "worker-lost");
        });
    }

    @Test
    void aCommandThatKafkaLostIsCountedAndLoggedAndSentAgain(CapturedOutput log) {
        double before = found("unclaimed");
        api.database()
                .sql("delete from command_outbox where run_id = :run::uuid")
                .param("run", task.at("/latestRunId"))
                .update();
        change("commanded_at = now() - interval '1 hour'");
        await().atMost(LIMIT).untilAsserted(() -> {
            assertThat(found("unclaimed")).isGreaterThan(before);
            assertThat(log.getAll()).contains("run " + task.at("/latestRunId"), "unclaimed");
        });
    }

    private double found(String what) {
        Counter counter = api.bean(MeterRegistry.class)
                .find("connections.sweep")
                .tag("found", what)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    private void change(String assignments) {
        api.database()
                .sql("update task_run set " + assignments + " where id = :run::uuid")
                .param("run", task.at("/latestRunId"))
                .update();
    }
}
