package dev.connections.task;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Finds runs that make no progress, and restarts or ends them. Any number of processes can sweep concurrently: each run
 * is taken by one of them.
 */
public final class RunSweep {
    private static final String ALIVE = """
            with alive as materialized (
                select w.id
                  from pg_locks l
                  join worker w on w.presence_key = l.objid::bigint
                 where l.locktype = 'advisory' and l.granted and l.mode = 'ExclusiveLock' and l.objsubid = 2
                   and l.classid = :lockClass::int::oid
                   and l.database = (select oid from pg_database where datname = current_database())
            )
            """;

    private static final String GONE = ALIVE + """
            select id from worker where seen_at > now() - interval '1 hour' and id not in (select id from alive)
            """;

    /** A run is RUNNING with a worker, but its lease has expired or its worker's session is gone. */
    private static final String IS_LOST = """
            r.status = 'RUNNING' and r.lease_until > '-infinity' and not r.waits_for_children
            and (r.lease_until < now() or r.worker_id not in (select id from alive))""";

    /**
     * A run waits for a claim although its command was sent long ago; the wait doubles with each command sent. Those that stand in
     * line have no command.
     */
    private static final String IS_UNCLAIMED = """
            r.completed_at is null and r.limited_since is null
            and r.commanded_at < now() - interval '30 seconds' * power(2, least(r.commands_sent - 1, 6))
            and (r.status = 'PENDING' and (r.not_before is null or r.not_before < now())
                 or r.status = 'RUNNING' and r.lease_until = '-infinity')
            and not exists (select from command_outbox o where o.run_id = r.id)""";

    /** Each task in flight has one open run, its latest. Of a parent that was canceled, children may have been missed. */
    private static final String LOOK = ALIVE + """
            select r.id, case when r.waits_for_children then 'CANCELED_PARENT' when {lost} then 'LOST' else 'UNCLAIMED' end
              from task t
              join task_run r on r.id = t.latest_run_id
             where t.in_flight
               and ({lost} or {unclaimed} or r.waits_for_children and r.cancel_requested_at is not null)
             order by r.id limit :limit
            """.replace("{lost}", IS_LOST).replace("{unclaimed}", IS_UNCLAIMED);

    /**
     * A run stays RUNNING and can be claimed again.
     *
     * <p>The workers are in a 'not in' and not in a join: if another claim has taken the run between snapshot and lock,
     * PostgreSQL rechecks a 'not in' with the run's new worker, but a join with the old worker's row.
     */
    private static final String FREE_LOST = ALIVE + """
            , lost as (
                select r.id
                  from task_run r
                 where r.id = any(:runs) and {lost}
                 order by r.id
                   for update of r skip locked
            )
            update task_run r
               set lease_until = '-infinity', lost_workers = r.lost_workers + 1, updated_at = now(),
                   commanded_at = now(), commands_sent = r.commands_sent + 1,
                   status = case when r.cancel_requested_at is not null then 'CANCELED'
                                 when r.lost_workers + 1 >= :maxLost then 'FAILED'
                                 else r.status end,
                   completed_at = case when r.cancel_requested_at is not null or r.lost_workers + 1 >= :maxLost
                                       then now() end,
                   error = case when r.cancel_requested_at is null and r.lost_workers + 1 >= :maxLost
                                then json_build_object('code', 'WORKER_LOST', 'retryable', true, 'message',
                                     'the last ' || (r.lost_workers + 1) || ' workers that took this run were lost; '
                                     || 'look at the logs of ' || r.worker_id)::jsonb end
              from lost
             where r.id = lost.id
            returning r.id, r.task_id, r.type, r.status, r.attempt,
                      (select t.trigger from task t where t.id = r.task_id) as trigger
            """.replace("{lost}", IS_LOST);

    private static final String COMMAND_UNCLAIMED = """
            with unclaimed as (
                select r.id
                  from task_run r
                 where r.id = any(:runs) and {unclaimed}
                 order by r.id
                   for update of r skip locked
            )
            update task_run r set commanded_at = now(), commands_sent = r.commands_sent + 1
              from unclaimed
             where r.id = unclaimed.id
            returning r.id, r.task_id, r.type, r.status
            """.replace("{unclaimed}", IS_UNCLAIMED);

    /** Connections with runs in line of which no other run can end soon; reads one row of each line. */
    private static final String STUCK_LINES = """
            with recursive line (connection_id) as (
                (select connection_id from task_run where limited_since is not null
                  order by connection_id limit 1)
                union all
                select (select r.connection_id from task_run r
                         where r.limited_since is not null and r.connection_id > line.connection_id
                         order by r.connection_id limit 1)
                  from line
                 where line.connection_id is not null
            )
            select command_longest_limited(connection_id)
              from (select connection_id
                      from line
                     where connection_id is not null
                       and not exists (select from task t join task_run o on o.id = t.latest_run_id
                                        where t.connection_id = line.connection_id and t.in_flight
                                          and o.limited_since is null and not o.waits_for_children
                                          and (o.not_before is null or o.not_before <= now()))
                     limit :limit) stuck
            """;

    /**
     * For the rest of the transaction: what is in flight is found by its index and the runs by their ids, also where the planner has
     * not been told how much has ended since. Not by a bitmap, which does not mark the entries of what has ended, so that the next
     * sweep would read them again.
     */
    private static final String BY_INDEX = """
            select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
                   set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)
            """;

    private static final String COMMANDS = """
            select ask_for_commands(:runs::uuid[], :tasks::uuid[], :types::text[],
                                    array_fill(now() + interval '3 seconds', array[cardinality(:runs::uuid[])]))
            """;

    private static final int LIMIT = 500;

    private final JdbcClient jdbc;
    private final RunStore runs;
    private final CancellationStore cancellations;
    private final RetryPolicy retries;
    private final int maxLostWorkers;

    public RunSweep(JdbcClient jdbc, RetryPolicy retries, int maxLostWorkers) {
        this.jdbc = jdbc;
        this.runs = new RunStore(jdbc);
        this.cancellations = new CancellationStore(jdbc);
        this.retries = retries;
        this.maxLostWorkers = maxLostWorkers;
    }

    /** A run that the sweep has processed, and its new state. */
    public record Found(TaskCommand command, RunStatus status) {}

    /**
     * What a look at the open runs has found, for the methods that act on it: what has changed since, they leave alone.
     *
     * @param isAll false if there are more, for another look
     */
    public record Stalled(Set<UUID> lost, Set<UUID> unclaimed, Set<UUID> canceledParents, boolean isAll) {}

    private enum Kind {
        LOST,
        UNCLAIMED,
        CANCELED_PARENT
    }

    private record Lost(Found run, int attempt, TaskTrigger trigger) {}

    /** The workers that were seen in the last hour and whose session is gone. Reads no run. */
    public Set<String> goneWorkers() {
        return Set.copyOf(jdbc.sql(GONE)
                .param("lockClass", WorkerStore.PRESENCE_LOCK_CLASS)
                .query(String.class)
                .list());
    }

    /** Reads all open runs, and locks none; needs a surrounding transaction. */
    public Stalled look() {
        byIndex();
        Map<Kind, Set<UUID>> found = new EnumMap<>(Kind.class);
        int[] rows = {0};
        jdbc.sql(LOOK)
                .param("lockClass", WorkerStore.PRESENCE_LOCK_CLASS)
                .param("limit", LIMIT)
                .query(row -> {
                    found.computeIfAbsent(Kind.valueOf(row.getString(2)), kind -> new HashSet<>())
                            .add(row.getObject(1, UUID.class));
                    rows[0]++;
                });
        return new Stalled(
                found.getOrDefault(Kind.LOST, Set.of()),
                found.getOrDefault(Kind.UNCLAIMED, Set.of()),
                found.getOrDefault(Kind.CANCELED_PARENT, Set.of()),
                rows[0] < LIMIT);
    }

    /**
     * Frees the runs of lost workers; needs a surrounding transaction. Offer the runs that have not ended to the relay.
     */
    public List<Found> freeLost(Stalled stalled) {
        if (stalled.lost().isEmpty()) {
            return List.of();
        }
        List<Lost> lost = jdbc
                .sql(FREE_LOST)
                .param("lockClass", WorkerStore.PRESENCE_LOCK_CLASS)
                .param("maxLost", maxLostWorkers)
                .param("runs", stalled.lost().toArray(UUID[]::new))
                .query((row, i) ->
                        new Lost(found(row, i), row.getInt("attempt"), TaskTrigger.valueOf(row.getString("trigger"))))
                .stream()
                .sorted(Comparator.comparing(one -> one.run.command().runId()))
                .toList();
        for (Lost one : lost) {
            if (one.run.status() == RunStatus.FAILED && retries.triesAgainAfter(one.attempt, one.trigger)) {
                runs.retry(one.run.command().runId(), retries.backoffAfter(one.attempt));
            }
        }
        List<Found> found = lost.stream().map(Lost::run).toList();
        // One that was canceled while its worker was lost has ended.
        command(found.stream().filter(run -> run.status() == RunStatus.RUNNING).toList());
        return found;
    }

    /** Sends the commands of runs again that have waited too long for a claim; needs a surrounding transaction. */
    public List<Found> commandUnclaimed(Stalled stalled) {
        if (stalled.unclaimed().isEmpty()) {
            return List.of();
        }
        List<Found> found = jdbc
                .sql(COMMAND_UNCLAIMED)
                .param("runs", stalled.unclaimed().toArray(UUID[]::new))
                .query(RunSweep::found)
                .stream()
                .sorted(Comparator.comparing(run -> run.command().runId()))
                .toList();
        command(found);
        return found;
    }

    /**
     * Sends the command of the first in line of each connection that has no other run whose end would; needs a surrounding
     * transaction. Other ways to this are an end that was committed just before a run joined the line, and children that wait behind
     * their parent.
     *
     * @return the number of connections
     */
    public int moveStuckLines() {
        byIndex();
        return jdbc.sql(STUCK_LINES)
                .param("limit", LIMIT)
                .query((row, i) -> i)
                .list()
                .size();
    }

    /** Cancels the children that their parent's cancellation missed; needs a surrounding transaction. */
    public List<Found> cancelChildren(Stalled stalled) {
        return stalled.canceledParents().isEmpty()
                ? List.of()
                : cancellations.cancelOrphans(stalled.canceledParents(), LIMIT);
    }

    private void byIndex() {
        jdbc.sql(BY_INDEX).query((RowCallbackHandler) row -> {});
    }

    private void command(List<Found> found) {
        if (found.isEmpty()) {
            return;
        }
        List<TaskCommand> commands = found.stream().map(Found::command).toList();
        jdbc.sql(COMMANDS)
                .param("runs", commands.stream().map(TaskCommand::runId).toArray(UUID[]::new))
                .param("tasks", commands.stream().map(TaskCommand::taskId).toArray(UUID[]::new))
                .param(
                        "types",
                        commands.stream().map(command -> command.type().name()).toArray(String[]::new))
                .query((RowCallbackHandler) row -> {});
    }

    static Found found(ResultSet row, int i) throws SQLException {
        TaskCommand command = new TaskCommand(
                row.getObject("id", UUID.class),
                row.getObject("task_id", UUID.class),
                TaskType.valueOf(row.getString("type")));
        return new Found(command, RunStatus.valueOf(row.getString("status")));
    }
}
