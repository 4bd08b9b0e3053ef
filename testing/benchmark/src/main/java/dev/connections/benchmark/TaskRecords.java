package dev.connections.benchmark;

import dev.connections.lab.ConnectionRow;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What this service's database has of connections and tasks. */
final class TaskRecords {
    private static final String CONNECTIONS = """
            insert into connection (id, connection_key, technology, state, client_configuration, settings, created_by,
                                    updated_by)
            select gen_random_uuid(), :prefix || i, 'PostgreSQL', 'ACTIVE', '{}', :settings::jsonb, 'benchmark', 'benchmark'
              from generate_series(0, :number - 1) i
            """;

    private static final String IN_FLIGHT = "select exists (select from task where in_flight)";

    private static final String TRANSITIONS = """
            select task_id, payload ->> 'status' as status, payload ->> 'occurredAt' as occurred_at
              from task_event where task_id = any(:tasks)
            """;

    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(3);

    private final JdbcClient jdbc;

    TaskRecords(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void createConnections(int number) {
        jdbc.sql(CONNECTIONS)
                .param("prefix", TaskApi.key(0).substring(0, TaskApi.key(0).length() - 1))
                .param("settings", ConnectionRow.SETTINGS)
                .param("number", number)
                .update();
        // Only these: plans for tables that are known to be empty are bad ones for what comes next.
        jdbc.sql("vacuum analyze connection, connection_load").update();
    }

    /** Waits until a reader sees no task that has not ended. */
    void awaitAllEnded() throws InterruptedException {
        long until = System.nanoTime() + DRAIN_LIMIT.toNanos();
        while (jdbc.sql(IN_FLIGHT).query(Boolean.class).single()) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException("tasks are still in flight " + DRAIN_LIMIT + " after the load");
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The time from each request to a transition of its task, in milliseconds. */
    record Latencies(Percentiles running, Percentiles succeeded) {}

    Latencies latencies(List<TaskApi.Created> created) {
        Map<UUID, Instant> sent = new HashMap<>();
        created.forEach(task -> sent.put(task.taskId(), task.sentAt()));
        List<Double> running = new ArrayList<>();
        List<Double> succeeded = new ArrayList<>();
        jdbc.sql(TRANSITIONS).param("tasks", sent.keySet().toArray(UUID[]::new)).query(row -> {
            switch (row.getString("status")) {
                case "RUNNING" -> running.add(millis(sent, row));
                case "SUCCEEDED" -> succeeded.add(millis(sent, row));
                default -> {
                    // PENDING is the request itself; nothing else is expected of a task that does nothing.
                }
            }
        });
        if (succeeded.size() < created.size()) {
            throw new IllegalStateException("of " + created.size() + " tasks " + succeeded.size() + " succeeded");
        }
        return new Latencies(new Percentiles(running), new Percentiles(succeeded));
    }

    private static double millis(Map<UUID, Instant> sent, ResultSet row) throws SQLException {
        Instant from = sent.get(row.getObject("task_id", UUID.class));
        return Duration.between(from, Instant.parse(row.getString("occurred_at")))
                        .toNanos()
                / 1e6;
    }
}
