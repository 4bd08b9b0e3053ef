package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.connection.ConnectionState;
import dev.connections.embedded.Postgres;
import dev.connections.json.Ids;
import dev.connections.lab.ConnectionRow;
import dev.connections.lab.PresentWorker;
import dev.connections.loop.DedicatedSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database with the schema, and what a test does to it: make connections, tasks and claims, read what became of them. */
public final class TaskDatabase implements AutoCloseable {
    private static final String STORY = """
            select (payload ->> 'attempt') || ':' || coalesce(payload ->> 'previousStatus', '') || '>'
                   || (payload ->> 'status')
              from task_event where task_id = ? order by sequence
            """;
    private static final String UNPUBLISHED = """
            select e.sequence
              from status_outbox o cross join lateral unnest(o.tasks, o.sequences) as e (task, sequence)
             where e.task = ?::uuid order by o.id
            """;
    static final int HOLD_UP = 7;
    private static final Duration LEASE = Duration.ofHours(1);
    private static final int PER_CONNECTION = 100;

    public final Postgres postgres = Postgres.startTemporary();
    public final HikariDataSource pool;
    public final JdbcClient jdbc;
    public final TaskStore tasks;
    public final RunStore runs;
    private final TransactionTemplate transaction;
    private final Map<String, PresentWorker> present = new ConcurrentHashMap<>();

    public TaskDatabase() {
        postgres.createDatabase("connections", "connections", "secret");
        pool = pool("UTC");
        Flyway.configure().dataSource(pool).load().migrate();
        jdbc = JdbcClient.create(pool);
        tasks = new TaskStore(jdbc);
        runs = new RunStore(jdbc);
        transaction = new TransactionTemplate(new JdbcTransactionManager(pool));
    }

    /** A pool whose sessions have the time zone. */
    public HikariDataSource pool(String timeZone) {
        // Not as an option of the URL: the driver's own start-up parameter, the JVM's zone, would win.
        return poolThatBeginsWith("set timezone to '" + timeZone + "'");
    }

    /** A pool whose updates come to a row before they have looked for the next. */
    HikariDataSource poolThatJoinsRowByRow() {
        return poolThatBeginsWith("set enable_hashjoin = off; set enable_mergejoin = off; set enable_seqscan = off");
    }

    private HikariDataSource poolThatBeginsWith(String settings) {
        HikariDataSource source = new HikariDataSource();
        source.setJdbcUrl(postgres.jdbcUrl("connections"));
        source.setConnectionInitSql(settings);
        source.setUsername("connections");
        source.setPassword("secret");
        source.setMaximumPoolSize(60);
        source.setMinimumIdle(1);
        return source;
    }

    public DedicatedSession session(String name) {
        return session(name, Duration.ofMinutes(1));
    }

    /** A session that PostgreSQL ends when it has heard nothing for the time. */
    public DedicatedSession session(String name, Duration idleLimit) {
        return new DedicatedSession(
                new JdbcConnectionDetails() {
                    @Override
                    public String getUsername() {
                        return "connections";
                    }

                    @Override
                    public String getPassword() {
                        return "secret";
                    }

                    @Override
                    public String getJdbcUrl() {
                        return postgres.jdbcUrl("connections");
                    }
                },
                name,
                idleLimit);
    }

    /** Ends the sessions of the name as a crash of their process would, and waits until they are gone. */
    public void kill(String sessionName) {
        jdbc.sql("select pg_terminate_backend(pid) from pg_stat_activity where application_name = ?")
                .param(sessionName)
                .query(row -> {});
        await().until(() -> count("pg_stat_activity where application_name = '" + sessionName + "'") == 0);
    }

    /** Lets updates of the run wait while a session holds the lock HOLD_UP of the class HOLD_UP. */
    void holdUpUpdates(UUID run) {
        jdbc.sql("""
                create function hold_up() returns trigger language plpgsql as $$
                begin
                    perform pg_advisory_xact_lock(7, 7);
                    return new;
                end $$;
                create trigger hold_up before update on task_run
                    for each row when (new.id = '%s') execute function hold_up();
                """.formatted(run)).update();
    }

    void awaitHeldUp() {
        await().until(() -> count("pg_locks where locktype = 'advisory' and not granted") == 1);
    }

    void letUpdatesPass() {
        jdbc.sql("drop function hold_up cascade").update();
    }

    public <T> T inTransaction(Supplier<T> work) {
        return Objects.requireNonNull(transaction.execute(status -> work.get()));
    }

    public String connection() {
        return connection(ConnectionState.ACTIVE);
    }

    public String connection(ConnectionState state) {
        String key = "c-" + Ids.next();
        jdbc.sql(ConnectionRow.INSERT)
                .params(new ConnectionRow(Ids.next(), key, state.name(), "{}").parameters())
                .update();
        return key;
    }

    public CreateOutcome ask(String connectionKey, TaskType type, TaskInput input) {
        NewTask task = new NewTask(connectionKey, type, input, TaskTrigger.MANUAL, "test", null);
        return tasks.create(task, Set.of(ConnectionState.ACTIVE));
    }

    public TaskCommand create(String connectionKey, TaskType type) {
        return ((CreateOutcome.Created) ask(connectionKey, type, TaskInput.DEFAULT)).command();
    }

    /** A VALIDATE of a connection of its own. */
    public TaskCommand create() {
        return create(connection(), TaskType.VALIDATE);
    }

    public List<ClaimedRun> tryClaim(UUID runId, String worker) {
        TaskType type = TaskType.valueOf(jdbc.sql("select type from task_run where id = ?")
                .param(runId)
                .query(String.class)
                .single());
        present(worker);
        return runs.claim(worker, type, List.of(runId), LEASE, PER_CONNECTION);
    }

    /** Only a present worker may claim; this one is it until {@link #leave} or the end of the database. */
    void present(String worker) {
        present.computeIfAbsent(worker, id -> {
            try {
                return new PresentWorker(postgres.connect("connections"), id);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** The worker's presence ends, as with its process. */
    void leave(String worker) {
        try (PresentWorker leaving = present.remove(worker)) {
            assertThat(leaving).isNotNull();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public ClaimedRun claim(UUID runId, String worker) {
        List<ClaimedRun> claimed = tryClaim(runId, worker);
        assertThat(claimed).hasSize(1);
        return claimed.getFirst();
    }

    /** A claimed run of a task of its own. */
    public ClaimedRun running() {
        return claim(create().runId(), "worker");
    }

    public int execute(String sql, Object... parameters) {
        return jdbc.sql(sql).params(List.of(parameters)).update();
    }

    public Map<String, @Nullable Object> run(UUID runId) {
        return jdbc.sql("select * from task_run where id = ?")
                .param(runId)
                .query()
                .singleRow();
    }

    public List<String> payloads(UUID taskId) {
        return jdbc.sql("select payload from task_event where task_id = ? order by sequence")
                .param(taskId)
                .query((row, i) -> row.getString(1))
                .list();
    }

    public RunStatus status(UUID taskId) {
        return jdbc.sql("select status from task where id = ?")
                .param(taskId)
                .query(RunStatus.class)
                .single();
    }

    public UUID latestRun(UUID taskId) {
        return jdbc.sql("select latest_run_id from task where id = ?")
                .param(taskId)
                .query(UUID.class)
                .single();
    }

    /** The events of a task as 'attempt:previous>status', in sequence. */
    public List<String> story(UUID taskId) {
        return jdbc.sql(STORY).param(taskId).query((row, i) -> row.getString(1)).list();
    }

    /** Each transition wrote one event with the next sequence, for the topic too, and the task knows the last one. */
    public void assertGapless(UUID taskId) {
        int last = jdbc.sql("select last_sequence from task where id = ?")
                .param(taskId)
                .query(Integer.class)
                .single();
        List<Integer> all = IntStream.rangeClosed(1, last).boxed().toList();
        assertThat(sequences("select sequence from task_event where task_id = ?::uuid order by sequence", taskId))
                .isEqualTo(all);
        assertThat(sequences(UNPUBLISHED, taskId)).isEqualTo(all);
    }

    /** How many rows 'table where condition' has. */
    public long count(String from) {
        return jdbc.sql("select count(*) from " + from).query(Long.class).single();
    }

    /** How many events of the task are not published yet. */
    public int unpublished(UUID taskId) {
        return sequences(UNPUBLISHED, taskId).size();
    }

    public long commands(UUID runId) {
        return count("command_outbox where run_id = '" + runId + "'");
    }

    public void assertNoConnectionOut() {
        await().untilAsserted(() ->
                assertThat(pool.getHikariPoolMXBean().getActiveConnections()).isZero());
    }

    @Override
    public void close() {
        List.copyOf(present.keySet()).forEach(this::leave);
        pool.close();
        postgres.close();
    }

    private List<Integer> sequences(String sql, UUID taskId) {
        return jdbc.sql(sql)
                .param(taskId.toString())
                .query((row, i) -> row.getInt(1))
                .list();
    }
}
