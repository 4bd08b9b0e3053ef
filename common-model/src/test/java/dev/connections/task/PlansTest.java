package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.ConnectionState;
import dev.connections.json.Ids;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the statements of the task path read does not grow with the runs that wait, though the tables were last analyzed when none
 * waited and the session has plans from then.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PlansTest {
    private static final int WAITING = 3_000;
    /** Of all tables, for one run. */
    private static final long FEW = 100;

    private static final String ROWS_READ = """
            select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables
            """;

    /** Each has a row in connection_load. */
    private static final String CONNECTIONS = """
            insert into connection (id, connection_key, technology, state, client_configuration, settings, created_by,
                                    updated_by)
            select gen_random_uuid(), 'other-' || n, 'PostgreSQL', 'ACTIVE', '{}', '{}', 'test', 'test'
              from generate_series(1, %d) n
            """.formatted(WAITING);

    private final TaskDatabase database = new TaskDatabase();
    private SingleConnectionDataSource session;
    private JdbcClient jdbc;
    private RunSweep sweep;
    private TransactionTemplate transaction;

    @BeforeAll
    void analyzeWhileNoneWaits() throws SQLException {
        session = new SingleConnectionDataSource(database.postgres.connect("connections"), true);
        jdbc = JdbcClient.create(session);
        sweep = new RunSweep(jdbc, new RetryPolicy(Duration.ofSeconds(10)), 3);
        transaction = new TransactionTemplate(new JdbcTransactionManager(session));
        database.present("worker");
        jdbc.sql("alter table task_run set (autovacuum_enabled = off)").update();
        jdbc.sql("alter table task set (autovacuum_enabled = off)").update();
        insert("SUCCEEDED", "VALIDATE", "gen_random_uuid()", "null", "now()");
        jdbc.sql("vacuum analyze task, task_run").update();
        // The driver prepares a statement, and PostgreSQL keeps a plan for it, after some times.
        for (int i = 0; i < 12; i++) {
            ClaimedRun run = claim(database.create().runId());
            extendLease(run);
            end(run);
            create();
            new TaskStore(jdbc).create(crawl(), Set.of(ConnectionState.ACTIVE));
            new RunStore(jdbc).succeed(claim(database.create().runId()), "done");
            sweep.commandUnclaimed(look());
            free(lost());
            cancel(database.create().runId());
        }
        jdbc.sql(CONNECTIONS).update();
        insert("PENDING", "VALIDATE", "gen_random_uuid()", "null", "null");
        insert("PENDING", "CRAWL", "'" + Ids.next() + "'", "now()", "null");
    }

    @AfterAll
    void stop() {
        session.destroy();
        database.close();
    }

    @Test
    void ofAClaim() {
        TaskCommand task = database.create();
        assertThat(rowsRead(runs -> claim(task.runId()))).isBetween(1L, FEW);
    }

    @Test
    void ofTheExtensionOfALease() {
        ClaimedRun run = claim(database.create().runId());
        assertThat(rowsRead(runs -> extendLease(run))).isBetween(1L, FEW);
    }

    @Test
    void ofAnEndInAGroup() {
        ClaimedRun run = claim(database.create().runId());
        assertThat(rowsRead(runs -> end(run))).isBetween(1L, FEW);
    }

    @Test
    void ofAnEndAlone() {
        ClaimedRun run = claim(database.create().runId());
        assertThat(rowsRead(runs -> runs.succeed(run, "done"))).isBetween(1L, FEW);
    }

    @Test
    void ofACreation() {
        assertThat(rowsRead(runs -> create())).isBetween(1L, FEW);
    }

    @Test
    void ofACreationAlone() {
        NewTask task = crawl();
        assertThat(rowsRead(runs -> new TaskStore(jdbc).create(task, Set.of(ConnectionState.ACTIVE))))
                .isBetween(1L, FEW);
    }

    @Test
    void ofASweepForCommands() {
        TaskCommand task = database.create();
        jdbc.sql("delete from command_outbox where run_id = ?")
                .param(task.runId())
                .update();
        jdbc.sql("update task_run set commanded_at = now() - interval '1 minute' where id = ?")
                .param(task.runId())
                .update();
        List<RunSweep.Found> found = new ArrayList<>();
        RunSweep.Stalled stalled = look();
        assertThat(rowsRead(runs -> found.addAll(sweep.commandUnclaimed(stalled))))
                .isBetween(1L, FEW);
        assertThat(found).extracting(RunSweep.Found::command).containsExactly(task);
    }

    @Test
    void ofTheLossOfAWorker() {
        ClaimedRun run = lost();
        List<RunSweep.Found> found = new ArrayList<>();
        assertThat(rowsRead(runs -> found.addAll(free(run)))).isBetween(1L, FEW);
        assertThat(found).extracting(it -> it.command().runId()).containsExactly(run.runId());
    }

    @Test
    void ofACancellation() {
        TaskCommand task = database.create();
        assertThat(rowsRead(runs -> cancel(task.runId()))).isBetween(1L, FEW);
        assertThat(database.run(task.runId())).containsEntry("status", "CANCELED");
    }

    private ClaimedRun lost() {
        ClaimedRun run = claim(database.create().runId());
        jdbc.sql("update task_run set lease_until = now() - interval '1 second' where id = ?")
                .param(run.runId())
                .update();
        return run;
    }

    private List<RunSweep.Found> free(ClaimedRun run) {
        RunSweep.Stalled stalled = new RunSweep.Stalled(Set.of(run.runId()), Set.of(), Set.of(), true);
        return Objects.requireNonNull(transaction.execute(status -> sweep.freeLost(stalled)));
    }

    private void cancel(UUID run) {
        transaction.executeWithoutResult(status -> new CancellationStore(jdbc).cancel(run, "test"));
    }

    private RunSweep.Stalled look() {
        return Objects.requireNonNull(transaction.execute(status -> sweep.look()));
    }

    private long rowsRead(Consumer<RunStore> work) {
        return Objects.requireNonNull(transaction.execute(status -> {
            long before = jdbc.sql(ROWS_READ).query(Long.class).single();
            work.accept(new RunStore(jdbc));
            return jdbc.sql(ROWS_READ).query(Long.class).single() - before;
        }));
    }

    private ClaimedRun claim(UUID run) {
        return new RunStore(jdbc)
                .claim("worker", TaskType.VALIDATE, List.of(run), Duration.ofHours(1), 8)
                .getFirst();
    }

    private Map<UUID, Boolean> extendLease(ClaimedRun run) {
        return new RunStore(jdbc).extendLeases(Map.of(run.runId(), run.epoch()), Map.of(), Duration.ofHours(1));
    }

    private int end(ClaimedRun run) {
        return Objects.requireNonNull(transaction.execute(status -> {
            new GroupStore(jdbc)
                    .begin(List.of(Objects.requireNonNull(run.target()).connectionId()));
            return new RunStore(jdbc).endAll(List.of(RunEnd.succeeded(run, "done")));
        }));
    }

    private List<?> create() {
        NewTask task = crawl();
        return Objects.requireNonNull(transaction.execute(status -> new TaskStore(jdbc).createAll(List.of(task))));
    }

    private NewTask crawl() {
        return new NewTask(database.connection(), TaskType.CRAWL, TaskInput.DEFAULT, TaskTrigger.MANUAL, "test", null);
    }

    private void insert(String status, String type, String connection, String limited, String completed) {
        jdbc.sql("""
                with new as (
                    select gen_random_uuid() as task, gen_random_uuid() as run, %s::uuid as connection, n
                      from generate_series(1, %d) n
                ), tasks as (
                    insert into task (id, connection_id, connection_key, type, input, status, trigger, created_by,
                                      latest_run_id)
                    select task, connection, 'c', '%s', to_jsonb(n), '%s', 'MANUAL', 'test', run from new
                )
                insert into task_run (id, task_id, connection_id, type, attempt, status, limited_since, completed_at)
                select run, task, connection, '%s', 1, '%s', %s, %s from new
                """.formatted(connection, WAITING, type, status, type, status, limited, completed))
                .update();
    }
}
