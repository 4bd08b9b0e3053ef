package dev.connections.task;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Cancels runs. A run without a worker (PENDING, or RUNNING with its worker lost) is CANCELED at once. The worker of
 * any other run sees the request with its next heartbeat. A parent that waits for its children is CANCELED when the
 * last of them has ended. Works inside the caller's transaction.
 */
public final class CancellationStore {
    /** The runs are locked in the order of their ids, as everywhere; their state after locking decides. */
    private static final String CANCEL = """
            with wanted as (
            {wanted}
            )
            update task_run r
               set status = case when r.status = 'PENDING' or r.lease_until = '-infinity' then 'CANCELED'
                                 else r.status end,
                   completed_at = case when r.status = 'PENDING' or r.lease_until = '-infinity' then now() end,
                   limited_since = null,
                   cancel_requested_at = coalesce(r.cancel_requested_at, now()),
                   canceled_by = coalesce(r.canceled_by, wanted.actor),
                   updated_at = now()
              from wanted
             where r.id = wanted.id and r.status in ('PENDING', 'RUNNING')
            returning r.id, r.task_id, r.type, r.status
            """;

    private static final String RUN = cancel("""
            select r.id, cast(:actor as text) as actor
              from task_run r
             where r.id = :run and r.status in ('PENDING', 'RUNNING')
               for update of r
            """);

    /** Children are locked before their parent, in the same order as when a child ends. */
    private static final String CHILDREN = cancel("""
            select r.id, cast(:actor as text) as actor
              from task_run p
              join task t on t.parent_task_id = p.task_id
              join task_run r on r.id = t.latest_run_id
             where p.id = :run and p.status = 'RUNNING' and r.status in ('PENDING', 'RUNNING')
             order by r.id
               for update of r
            """);

    /** Children that were created or retried while their parent was being canceled. */
    private static final String ORPHANS = cancel("""
            select r.id, p.canceled_by as actor
              from task_run p
              join task t on t.parent_task_id = p.task_id and t.in_flight
              join task_run r on r.id = t.latest_run_id
             where p.id = any(:parents) and p.completed_at is null and p.cancel_requested_at is not null
               and r.status in ('PENDING', 'RUNNING') and r.cancel_requested_at is null
             order by r.id limit :limit
               for update of r skip locked
            """);

    /** Children before the parents that wait for them, as above. */
    private static final String OTHERS = cancel("""
            select r.id, 'system' as actor
              from task t
              join task_run r on r.id = t.latest_run_id
             where t.connection_id = :connection and t.in_flight and r.id <> :run and r.completed_at is null
             order by r.waits_for_children, r.id
               for update of r
            """);

    private final JdbcClient jdbc;

    public CancellationStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Cancels the run, and before it the runs of its task's children. */
    public CancelOutcome cancel(UUID run, String actor) {
        Map<String, Object> parameters = Map.of("run", run, "actor", actor);
        update(CHILDREN, parameters);
        return update(RUN, parameters).stream()
                .findFirst()
                .map(found -> found.status().isTerminal() ? CancelOutcome.CANCELED : CancelOutcome.REQUESTED)
                .orElse(CancelOutcome.ENDED_ALREADY);
    }

    /** Cancels all runs of the connection except the one that deletes it. */
    public void cancelOthers(UUID connection, UUID deletion) {
        update(OTHERS, Map.of("connection", connection, "run", deletion));
    }

    /** Cancels at most limit children that the cancellation of these parents missed; skips locked ones. */
    List<RunSweep.Found> cancelOrphans(Collection<UUID> parents, int limit) {
        return update(ORPHANS, Map.of("parents", parents.toArray(UUID[]::new), "limit", limit));
    }

    private List<RunSweep.Found> update(String sql, Map<String, Object> parameters) {
        return jdbc.sql(sql).params(parameters).query(RunSweep::found).list();
    }

    private static String cancel(String wanted) {
        return CANCEL.replace("{wanted}", wanted.indent(4).stripTrailing());
    }
}
