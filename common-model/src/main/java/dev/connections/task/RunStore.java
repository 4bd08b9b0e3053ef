package dev.connections.task;

import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.Technology;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.JacksonException;

/**
 * A worker's operations on runs: claim them, extend their leases, end them. Every write after the claim includes its
 * epoch, and changes nothing if a later claim has raised it; the result shows whether the write succeeded.
 */
public final class RunStore {
    private static final Logger log = LoggerFactory.getLogger(RunStore.class);

    private static final String CLAIM =
            "select * from claim_runs(:worker, :type, :runs::uuid[], :lease::interval, :perConnection)";

    private static final String MOVE_LINES =
            "select command_longest_limited(id) from unnest(:connections::uuid[]) as c (id)";

    /** Waits for nobody: one run that another session has locked must not keep the leases of the others from being extended. */
    private static final String EXTEND_LEASES = """
            with free as materialized (
                select id from task_run where id = any(:runs::uuid[]) order by id for no key update skip locked
            )
            update task_run r
               set lease_until = now() + :lease::interval, progress = coalesce(held.progress::jsonb, r.progress)
              from unnest(:runs::uuid[], :epochs::int[], :progress::text[]) as held (id, epoch, progress)
              join free on free.id = held.id
             where r.id = held.id and r.epoch = held.epoch and r.status = 'RUNNING' and not r.waits_for_children
            returning r.id, r.cancel_requested_at is not null as canceled
            """;

    private static final String HELD = """
            select r.id, r.cancel_requested_at is not null as canceled
              from unnest(:runs::uuid[], :epochs::int[]) as held (id, epoch)
              join task_run r on r.id = held.id and r.epoch = held.epoch and r.status = 'RUNNING'
                             and not r.waits_for_children
            """;

    private static final String FINISH = """
            with locked as materialized (
                select id from task_run where id = any(:runs::uuid[]) order by id for no key update
            )
            update task_run r
               set status = it.status, completed_at = now(), updated_at = now(), lease_until = null,
                   result = it.result::jsonb, error = it.error::jsonb,
                   canceled_by = case when it.status = 'CANCELED' then coalesce(r.canceled_by, 'system')
                                      else r.canceled_by end
              from unnest(:runs::uuid[], :epochs::int[], :statuses::text[], :results::text[], :errors::text[])
                       as it (id, epoch, status, result, error)
              join locked on locked.id = it.id
             where r.id = it.id and r.epoch = it.epoch and r.status = 'RUNNING'
            """;

    private static final String RETRY = """
            insert into task_run (id, task_id, connection_id, type, attempt, status, not_before)
            select :next, task_id, connection_id, type, attempt + 1, 'PENDING', now() + :backoff::interval
              from task_run where id = :run and cancel_requested_at is null
            """;

    private static final String HAND_BACK = """
            update task_run
               set status = case when cancel_requested_at is null then 'PENDING' else 'CANCELED' end,
                   completed_at = case when cancel_requested_at is not null then now() end,
                   worker_id = case when cancel_requested_at is not null then worker_id end,
                   not_before = coalesce(now() + :pause::interval, not_before),
                   commanded_at = coalesce(now() + :pause::interval, now()),
                   lease_until = null, updated_at = now()
             where id = :run and epoch = :epoch and status = 'RUNNING'
            """;

    private static final String WAIT_FOR_CHILDREN = """
            update task_run
               set waits_for_children = true, lease_until = null, worker_id = null, own_result = :result::jsonb,
                   updated_at = now()
             where id = :run and epoch = :epoch and status = 'RUNNING' and cancel_requested_at is null
            """;

    private static final String HAS_CHILDREN =
            "select exists (select from task where parent_task_id = :task and in_flight)";

    /** How long a run waits after the first claim by a worker that cannot read it; each further claim doubles it, up to an hour. */
    private static final Duration FOR_OTHERS = Duration.ofSeconds(30);

    private static final int MOST_DOUBLINGS = 7;

    private final JdbcClient jdbc;

    public RunStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Claims those of the runs that can be claimed: they become RUNNING on this worker with a higher epoch and a lease
     * of the given length. Runs that have ended, are held by a live worker or are not due yet are omitted. Runs whose
     * connection is at its limit wait, and their commands are sent again when another run of the connection ends. Where a claim
     * leaves the connection below its limit, the command of the first in line is sent. A run that this version of the worker
     * cannot read, such as one of a newer version's technology, becomes PENDING again, due later, and uses up no attempt.
     *
     * @param workerId of a worker whose presence lock is held
     * @param type of the runs; runs of another type are omitted, whatever their commands said
     * @param perConnection how many runs of a connection may be RUNNING at once, over all workers
     * @throws DataAccessException also where the worker is not present: others would take its runs for lost at once
     */
    public List<ClaimedRun> claim(
            String workerId, TaskType type, Collection<UUID> runs, Duration lease, int perConnection) {
        Set<UUID> withRoom = new HashSet<>();
        List<ClaimedRun> claimed = new ArrayList<>();
        Map<UUID, Integer> unknown = new HashMap<>();
        jdbc.sql(CLAIM)
                .param("runs", runs.toArray(UUID[]::new))
                .param("type", type.name())
                .param("worker", workerId)
                .param("perConnection", perConnection)
                .param("lease", lease.toString())
                .query(row -> {
                    if (row.getBoolean("room")) {
                        withRoom.add(row.getObject("connection_id", UUID.class));
                    }
                    try {
                        claimed.add(claimed(row));
                    } catch (IllegalArgumentException | JacksonException e) {
                        // The others of the batch are claimed as well, and whoever claimed them has to execute them.
                        unknown.put(row.getObject("id", UUID.class), row.getInt("epoch"));
                        log.warn(
                                "run {} becomes PENDING again, as this version cannot read it: {}",
                                row.getObject("id", UUID.class),
                                e.getMessage());
                    }
                });
        unknown.forEach(this::leaveToOthers);
        // Only crawls stand in line.
        if (type == TaskType.CRAWL && !withRoom.isEmpty()) {
            moveLines(withRoom);
        }
        return claimed;
    }

    private void leaveToOthers(UUID run, int epoch) {
        try {
            handBack(run, epoch, FOR_OTHERS.multipliedBy(1L << Math.min(epoch - 1, MOST_DOUBLINGS)));
        } catch (DataAccessException e) {
            // As with the lines: the others are claimed. This one is lost with its lease.
            log.debug("run {} was not left to others: {}", run, e.toString());
        }
    }

    private void moveLines(Set<UUID> connections) {
        try {
            jdbc.sql(MOVE_LINES)
                    .param("connections", connections.toArray(UUID[]::new))
                    .query((RowCallbackHandler) row -> {});
        } catch (DataAccessException e) {
            // The runs are claimed, and their caller has to know. A later claim or the sweeper moves the lines.
            log.debug("lines of connections did not move: {}", e.toString());
        }
    }

    /**
     * Extends the leases of the runs, but for those that another session has locked at the moment.
     *
     * @param held the epochs that this worker holds, by run
     * @param progress the progress of the runs, as JSON, by run
     * @return for each run that is still held, whether its cancellation was requested; a run that is absent was lost
     */
    public Map<UUID, Boolean> extendLeases(Map<UUID, Integer> held, Map<UUID, String> progress, Duration lease) {
        List<UUID> runs = List.copyOf(held.keySet());
        Map<UUID, Boolean> canceled = answers(jdbc.sql(EXTEND_LEASES)
                .param("runs", runs.toArray(UUID[]::new))
                .param("epochs", runs.stream().map(held::get).toArray(Integer[]::new))
                .param("progress", runs.stream().map(progress::get).toArray(String[]::new))
                .param("lease", lease.toString()));
        Map<UUID, Integer> others = new HashMap<>(held);
        others.keySet().removeAll(canceled.keySet());
        if (!others.isEmpty()) {
            // Lost, or only locked.
            canceled.putAll(stillHeld(others));
        }
        return canceled;
    }

    /** Like {@link #extendLeases}, but read-only. */
    public Map<UUID, Boolean> stillHeld(Map<UUID, Integer> held) {
        List<UUID> runs = List.copyOf(held.keySet());
        return answers(jdbc.sql(HELD)
                .param("runs", runs.toArray(UUID[]::new))
                .param("epochs", runs.stream().map(held::get).toArray(Integer[]::new)));
    }

    /**
     * Ends the runs; joins the transaction that contains their effects.
     *
     * @return how many were still held, and ended
     */
    public int endAll(List<RunEnd> ends) {
        return jdbc.sql(FINISH)
                .param("runs", ends.stream().map(end -> end.run().runId()).toArray(UUID[]::new))
                .param("epochs", ends.stream().map(end -> end.run().epoch()).toArray(Integer[]::new))
                .param("statuses", texts(ends, end -> end.status().name()))
                .param("results", texts(ends, RunEnd::resultText))
                .param("errors", texts(ends, RunEnd::errorText))
                .update();
    }

    /** Like {@link #endAll} for one; answers whether it was still held. */
    public boolean end(RunEnd end) {
        return endAll(List.of(end)) == 1;
    }

    /** Ends the run with its result. */
    public boolean succeed(ClaimedRun run, Object result) {
        return end(RunEnd.succeeded(run, result));
    }

    /** Ends the run with an error; a failed validation has a result too. */
    public boolean fail(ClaimedRun run, TaskError error, @Nullable Object result) {
        return end(RunEnd.failed(run, error, result));
    }

    /** Ends the run as CANCELED after its work has stopped; if no user requested it, the system did. */
    public boolean cancel(ClaimedRun run) {
        return end(RunEnd.canceled(run));
    }

    /**
     * Creates the next run of the task, due after the backoff, unless cancellation of the failed one was requested
     * meanwhile; must run in the transaction of {@link #fail}.
     */
    public void retry(ClaimedRun run, Duration backoff) {
        retry(run.runId(), backoff);
    }

    void retry(UUID run, Duration backoff) {
        jdbc.sql(RETRY)
                .param("next", Ids.next())
                .param("run", run)
                .param("backoff", backoff.toString())
                .update();
    }

    /**
     * Makes the run wait, without a worker, until its child tasks have ended; their results are added to the result of
     * its own listing. Also fails if the run was canceled meanwhile.
     */
    public boolean waitForChildren(ClaimedRun run, Object ownResult) {
        return jdbc.sql(WAIT_FOR_CHILDREN)
                        .param("run", run.runId())
                        .param("epoch", run.epoch())
                        .param("result", Json.write(ownResult))
                        .update()
                == 1;
    }

    /** Whether the run's task has children that have not ended. */
    public boolean hasChildren(ClaimedRun run) {
        return jdbc.sql(HAS_CHILDREN)
                .param("task", run.taskId())
                .query(Boolean.class)
                .single();
    }

    /**
     * Makes the run PENDING again, for another worker, without using up an attempt; if its cancellation was requested,
     * it is CANCELED.
     */
    public boolean handBack(ClaimedRun run) {
        return handBack(run.runId(), run.epoch(), null);
    }

    private boolean handBack(UUID run, int epoch, @Nullable Duration pause) {
        return jdbc.sql(HAND_BACK)
                        .param("run", run)
                        .param("epoch", epoch)
                        .param("pause", pause == null ? null : pause.toString())
                        .update()
                == 1;
    }

    private static String[] texts(List<RunEnd> ends, Function<RunEnd, @Nullable String> text) {
        return ends.stream().map(text).toArray(String[]::new);
    }

    private static Map<UUID, Boolean> answers(JdbcClient.StatementSpec statement) {
        Map<UUID, Boolean> canceled = new HashMap<>();
        statement.query(row -> {
            canceled.put(row.getObject(1, UUID.class), row.getBoolean(2));
        });
        return canceled;
    }

    private static ClaimedRun claimed(ResultSet row) throws SQLException {
        // A deletion that overtook this run may have removed the connection; the executor's writes would detect it
        // anyway.
        String technology = row.getString("technology");
        return new ClaimedRun(
                row.getObject("id", UUID.class),
                row.getObject("task_id", UUID.class),
                row.getInt("epoch"),
                row.getInt("attempt"),
                TaskType.valueOf(row.getString("type")),
                TaskTrigger.valueOf(row.getString("trigger")),
                Json.read(row.getString("input"), TaskInput.class),
                technology == null ? null : target(row, Technology.of(technology)));
    }

    private static ClaimedRun.Target target(ResultSet row, Technology technology) throws SQLException {
        return new ClaimedRun.Target(
                row.getObject("connection_id", UUID.class),
                row.getString("connection_key"),
                technology,
                Json.tree(row.getString("client_configuration")),
                Json.read(row.getString("settings"), ConnectionSettings.class));
    }
}
