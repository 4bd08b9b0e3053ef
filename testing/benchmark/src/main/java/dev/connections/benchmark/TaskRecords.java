package dev.connections.benchmark;

import dev.connections.lab.ConnectionRow;
import java.sql.Connection;
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
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** What this service's database has of connections and tasks. */
final class TaskRecords {
    private static final String CONNECTIONS = """
            insert into connection (id, connection_key, technology, state, client_configuration, settings, created_by,
                                    updated_by)
            select gen_random_uuid(), :prefix || i, 'PostgreSQL', 'ACTIVE', '{}', :settings::jsonb, 'benchmark', 'benchmark'
              from generate_series(0, :number - 1) i
            """;

    /** Ended validations with their runs and events, made without the triggers; this session is the superuser's. */
    private static final String HISTORY = """
            with made as (
                insert into task (id, connection_id, connection_key, type, input, status, trigger, created_by, created_at,
                                  updated_at, latest_run_id, last_sequence)
                select gen_random_uuid(), c.id, c.connection_key, 'VALIDATE', '{}', 'SUCCEEDED', 'MANUAL', 'benchmark',
                       now() - interval '1 day', now() - interval '1 day', gen_random_uuid(), 3
                  from (select id, connection_key from connection limit 20000) c
                       cross join generate_series(1, :each) i
                 limit :number
                returning id, connection_id, latest_run_id, created_at
            ), ran as (
                insert into task_run (id, task_id, connection_id, type, attempt, status, epoch, worker_id, created_at,
                                      updated_at, started_at, completed_at, result)
                select latest_run_id, id, connection_id, 'VALIDATE', 1, 'SUCCEEDED', 1, 'earlier', created_at, created_at,
                       created_at, created_at, '{"status": "PASSED", "checks": []}' from made
            )
            insert into task_event (task_id, sequence, payload)
            select id, n, json_build_object('taskId', id, 'sequence', n, 'status', 'SUCCEEDED', 'occurredAt', created_at)
              from made cross join generate_series(1, 3) n
            """;

    /** Crawls of other connections, which wait for a worker that takes crawls. */
    private static final String WAITING = """
            with made as (
                insert into task (id, connection_id, connection_key, type, input, status, trigger, created_by, latest_run_id)
                select gen_random_uuid(), gen_random_uuid(), 'waiting-' || i, 'CRAWL', '{}', 'PENDING', 'MANUAL',
                       'benchmark', gen_random_uuid()
                  from generate_series(1, :number) i
                returning id, connection_id, latest_run_id
            )
            insert into task_run (id, task_id, connection_id, type, attempt, status)
            select latest_run_id, id, connection_id, 'CRAWL', 1, 'PENDING' from made
            """;

    private static final int HISTORY_CONNECTIONS = 20_000;

    private static final String IN_FLIGHT = "select exists (select from task where id = any(:tasks) and in_flight)";

    private static final int TASKS_AT_ONCE = 200;

    private static final String TRANSITIONS = """
            select task_id, payload ->> 'status' as status, payload ->> 'occurredAt' as occurred_at
              from task_event where task_id = any(:tasks)
            """;

    private static final Duration DRAIN_LIMIT = Duration.ofMinutes(3);

    private final DataSource source;
    private final JdbcClient jdbc;

    /** Of the database, as its superuser. */
    TaskRecords(DataSource source) {
        this.source = source;
        this.jdbc = JdbcClient.create(source);
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

    /** Makes so many ended tasks, and so many that wait for a worker. */
    void createTasks(int history, int waiting) throws SQLException {
        if (history + waiting == 0) {
            return;
        }
        try (Connection connection = source.getConnection()) {
            JdbcClient session = JdbcClient.create(new SingleConnectionDataSource(connection, true));
            session.sql("set session_replication_role = replica").update();
            session.sql(HISTORY)
                    .param("each", history / HISTORY_CONNECTIONS + 1)
                    .param("number", history)
                    .update();
            session.sql(WAITING).param("number", waiting).update();
            session.sql("vacuum analyze task, task_run, task_event").update();
        }
    }

    /** Waits until a reader sees that each of the tasks has ended; looks at a few at once, whose number does not grow with what waits. */
    void awaitEnded(List<TaskApi.Created> tasks) throws InterruptedException {
        long until = System.nanoTime() + DRAIN_LIMIT.toNanos();
        for (int i = 0; i < tasks.size(); i += TASKS_AT_ONCE) {
            UUID[] some = tasks.subList(i, Math.min(tasks.size(), i + TASKS_AT_ONCE)).stream()
                    .map(TaskApi.Created::taskId)
                    .toArray(UUID[]::new);
            while (jdbc.sql(IN_FLIGHT).param("tasks", some).query(Boolean.class).single()) {
                if (System.nanoTime() - until > 0) {
                    throw new IllegalStateException("tasks are still in flight " + DRAIN_LIMIT + " after the load");
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
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
