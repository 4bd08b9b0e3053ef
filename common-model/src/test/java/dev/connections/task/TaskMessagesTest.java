package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.connection.ConnectionState;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The bytes that others read: change a file here only where the contract changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TaskMessagesTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";

    private TaskDatabase database;

    @BeforeAll
    void start() {
        database = new TaskDatabase();
    }

    @AfterAll
    void stop() {
        database.close();
    }

    @Test
    void aCommandHasThisShape() throws IOException {
        TaskCommand command = new TaskCommand(new UUID(0, 1), new UUID(0, 2), TaskType.CRAWL);
        assertThat(Json.write(command)).isEqualTo(golden("task-command.json"));
        assertThat(Json.read(golden("task-command.json"), TaskCommand.class)).isEqualTo(command);
    }

    @Test
    void everyTransitionOfATaskWritesOneEventOfThisShape() throws IOException {
        UUID parent = Ids.next();
        String connection = database.connection();
        NewTask task =
                new NewTask(connection, TaskType.VALIDATE, TaskInput.DEFAULT, TaskTrigger.SYSTEM, "test", parent);
        TaskCommand first =
                ((CreateOutcome.Created) database.tasks.create(task, Set.of(ConnectionState.ACTIVE))).command();
        ClaimedRun failing = database.claim(first.runId(), "worker");
        database.runs.extendLeases(
                Map.of(first.runId(), 1), Map.of(first.runId(), "{\"phase\": \"TLS\"}"), Duration.ofHours(1));
        database.inTransaction(() -> {
            database.runs.retry(failAfter(failing), Duration.ZERO);
            return true;
        });
        UUID second = database.latestRun(first.taskId());
        ClaimedRun handedBack = database.claim(second, "worker");
        assertThat(database.runs.handBack(handedBack)).isTrue();
        ClaimedRun succeeding = database.claim(second, "worker");
        assertThat(database.runs.succeed(succeeding, Map.of("status", "PASSED", "checks", List.of())))
                .isTrue();

        String events = database.payloads(first.taskId()).stream()
                .map(payload -> Json.write(Json.tree(payload)))
                .collect(Collectors.joining("\n"))
                .replace(first.taskId().toString(), "TASK")
                .replace(first.runId().toString(), "RUN-1")
                .replace(second.toString(), "RUN-2")
                .replace(parent.toString(), "PARENT")
                .replace(connection, "CONNECTION")
                .replaceAll(TIME, "TIME");
        assertThat(events).isEqualTo(golden("task-status-events.jsonl"));
        database.assertGapless(first.taskId());
    }

    @Test
    void aSessionInAnotherTimeZoneWritesTheSameTimes() throws SQLException {
        TaskCommand here = database.create();
        String connection = database.connection();
        try (HikariDataSource kolkata = database.pool("Asia/Kolkata")) {
            JdbcClient jdbc = JdbcClient.create(kolkata);
            assertThat(jdbc.sql("show timezone").query(String.class).single()).isEqualTo("Asia/Kolkata");
            NewTask task =
                    new NewTask(connection, TaskType.VALIDATE, TaskInput.DEFAULT, TaskTrigger.MANUAL, "test", null);
            TaskCommand there = ((CreateOutcome.Created)
                            new TaskStore(jdbc).create(task, Set.of(ConnectionState.ACTIVE)))
                    .command();
            TaskCommand after = database.create();
            assertThat(occurredAt(there)).isBetween(occurredAt(here), occurredAt(after));
            assertThat(jdbc.sql("select times[1] from status_outbox where tasks = array[?]")
                            .param(there.taskId())
                            .query(Instant.class)
                            .single())
                    .isEqualTo(occurredAt(there));
            database.present("worker");
            assertThat(new RunStore(jdbc).claim("worker", there.type(), List.of(there.runId()), Duration.ofHours(1), 1))
                    .hasSize(1);
            database.leave("worker");
            RunSweep sweep = new RunSweep(jdbc, new RetryPolicy(Duration.ofSeconds(10)), 3);
            assertThat(sweep.freeLost(sweep.look()))
                    .extracting(RunSweep.Found::command)
                    .containsExactly(there);
        }
    }

    private ClaimedRun failAfter(ClaimedRun run) {
        assertThat(database.runs.fail(
                        run,
                        TaskError.of(ErrorCode.TIMEOUT, "no answer in 10 s; will be retried"),
                        Map.of("status", "FAILED", "checks", List.of())))
                .isTrue();
        return run;
    }

    private Instant occurredAt(TaskCommand task) {
        String time = database.jdbc
                .sql("select payload ->> 'occurredAt' from task_event where task_id = ? and sequence = 1")
                .param(task.taskId())
                .query(String.class)
                .single();
        assertThat(time).matches(TIME);
        return Instant.parse(time);
    }

    private static String golden(String name) throws IOException {
        try (InputStream file = Objects.requireNonNull(TaskMessagesTest.class.getResourceAsStream(name), name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
