package dev.connections.worker.execution;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.connection.ConnectionState;
import dev.connections.embedded.PostgresServer;
import dev.connections.json.Ids;
import dev.connections.lab.ConnectionRow;
import dev.connections.lab.PresentWorker;
import dev.connections.task.ClaimedRun;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.RunStore;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A database with the schema, and validations that workers without processes have claimed. */
final class ClaimedRuns implements AutoCloseable {
    final PostgresServer postgres = PostgresServer.startTemporary();
    final HikariDataSource pool;
    final JdbcClient jdbc;
    final TaskStore tasks;
    private final PresentWorker first;
    private final PresentWorker second;

    ClaimedRuns() throws SQLException {
        postgres.createDatabase("connections", "connections", "secret");
        pool = pool(postgres.port());
        Flyway.configure().dataSource(pool).load().migrate();
        jdbc = JdbcClient.create(pool);
        tasks = new TaskStore(jdbc);
        first = new PresentWorker(postgres.connect("connections"), "first");
        second = new PresentWorker(postgres.connect("connections"), "second");
    }

    /** A pool of the database as it is reached by the port. */
    static HikariDataSource pool(int port) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + port + "/connections");
        pool.setUsername("connections");
        pool.setPassword("secret");
        pool.setMaximumPoolSize(30);
        pool.setMinimumIdle(1);
        pool.setValidationTimeout(250);
        return pool;
    }

    /** A run of a connection of its own. */
    ClaimedRun next() {
        String key = "c-" + Ids.next();
        jdbc.sql(ConnectionRow.INSERT)
                .params(ConnectionRow.active(Ids.next(), key).parameters())
                .update();
        NewTask task = new NewTask(key, TaskType.VALIDATE, TaskInput.DEFAULT, TaskTrigger.MANUAL, "test", null);
        CreateOutcome created = tasks.create(task, Set.of(ConnectionState.ACTIVE));
        return claim(first, ((CreateOutcome.Created) created).command().runId());
    }

    /** The worker of the run is lost. */
    void lose(ClaimedRun run) {
        jdbc.sql("update task_run set lease_until = '-infinity' where id = ?")
                .param(run.runId())
                .update();
    }

    /** The run of a lost worker, claimed by another one. */
    ClaimedRun claimAgain(UUID run) {
        return claim(second, run);
    }

    /** The column of a run, as text. */
    String run(ClaimedRun run, String column) {
        return String.valueOf(jdbc.sql("select " + column + "::text from task_run where id = ?")
                .param(run.runId())
                .query(String.class)
                .single());
    }

    /** The states of a task as its events report them, in their sequence, where that has no gap. */
    List<String> story(ClaimedRun run) {
        return jdbc.sql("select payload ->> 'status' from task_event where task_id = ?"
                        + " and sequence = (payload ->> 'sequence')::int order by sequence")
                .param(run.taskId())
                .query((row, i) -> row.getString(1))
                .list();
    }

    private ClaimedRun claim(PresentWorker worker, UUID run) {
        return new RunStore(jdbc)
                .claim(worker.id(), TaskType.VALIDATE, List.of(run), Duration.ofHours(1), 100)
                .getFirst();
    }

    @Override
    public void close() throws SQLException {
        first.close();
        second.close();
        pool.close();
        postgres.close();
    }
}
