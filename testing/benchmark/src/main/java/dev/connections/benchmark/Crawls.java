package dev.connections.benchmark;

import dev.connections.connection.ConnectionState;
import dev.connections.connection.SecretSealer;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import dev.connections.lab.ConnectionRow;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Crawls of one connection, asked for in the database, past the API. */
final class Crawls {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static final String LATEST = """
            select status, started_at, result, error from task_run where task_id = ? order by attempt desc limit 1
            """;

    private static final String WRITTEN = "select count(*) from data_object where xmin::text::bigint > :before";

    private final JdbcClient jdbc;
    private final String key;

    Crawls(JdbcClient jdbc, String key) {
        this.jdbc = jdbc;
        this.key = key;
    }

    /** What a crawl did: objects seen, rows of data_object written, seconds from its claim until it is seen to end. */
    record Crawl(long objects, long written, double seconds) {}

    private record Run(String status, Instant startedAt, String result, String error) {}

    void connectTo(GeneratedSource source, SecretSealer sealer) {
        UUID id = Ids.next();
        ObjectNode clear = Json.object();
        clear.put("host", "127.0.0.1").put("port", source.port()).put("database", GeneratedSource.DATABASE);
        clear.putObject("tls").put("mode", "DISABLE");
        clear.putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", source.user())
                .put("password", source.password());
        String sealed = sealer.seal(id, source.technology(), clear, null).toString();
        jdbc.sql(ConnectionRow.INSERT)
                .params(new ConnectionRow(id, key, "ACTIVE", sealed).parameters())
                .update();
        jdbc.sql("update connection set technology = :technology where id = :id")
                .param("technology", source.technology().label())
                .param("id", id)
                .update();
    }

    Crawl run() throws InterruptedException {
        long before = Long.parseLong(jdbc.sql("select pg_current_xact_id()::text")
                .query(String.class)
                .single());
        NewTask task = new NewTask(key, TaskType.CRAWL, TaskInput.DEFAULT, TaskTrigger.SYSTEM, "benchmark", null);
        if (!(new TaskStore(jdbc).create(task, Set.of(ConnectionState.ACTIVE)) instanceof CreateOutcome.Created made)) {
            throw new IllegalStateException("the crawl was not created");
        }
        Run ended = awaitEnd(made.command().taskId());
        double seconds = Duration.between(ended.startedAt(), Instant.now()).toNanos() / 1e9;
        JsonNode result = Json.tree(ended.result());
        long written =
                jdbc.sql(WRITTEN).param("before", before).query(Long.class).single();
        return new Crawl(result.path("objects").path("seen").asLong(), written, seconds);
    }

    private Run awaitEnd(UUID taskId) throws InterruptedException {
        long until = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() - until < 0) {
            Run run = jdbc.sql(LATEST)
                    .param(taskId)
                    .query((row, i) -> new Run(
                            row.getString(1),
                            row.getTimestamp(2) == null
                                    ? Instant.MAX
                                    : row.getTimestamp(2).toInstant(),
                            row.getString(3),
                            row.getString(4)))
                    .single();
            if (run.status().equals("SUCCEEDED")) {
                return run;
            }
            if (run.error() != null) {
                throw new IllegalStateException("the crawl failed: " + run.error());
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
        throw new IllegalStateException("the crawl did not end within " + LIMIT);
    }
}
