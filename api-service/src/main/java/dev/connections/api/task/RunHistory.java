package dev.connections.api.task;

import dev.connections.json.Json;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskError;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;

/** Reads runs, and determines why a PENDING run does not start. */
@Repository
class RunHistory {
    /**
     * A worker whose row was not updated for 15 seconds takes no runs. A run is queued since its creation, its
     * hand-back or the moment its connection had room again, but not before a worker that takes its type appeared. The
     * time of its command is usable only until the sweeper repeats the command.
     */
    private static final String SELECT = """
            select r.id, r.task_id, r.attempt, r.status, r.created_at, r.updated_at, r.started_at, r.completed_at,
                   r.canceled_by, r.not_before, r.worker_id, r.progress, r.result, r.error,
                   case when r.status = 'RUNNING' and r.waits_for_children then 'CHILDREN'
                        when r.status <> 'PENDING' then null
                        when r.not_before > now() then 'RETRY_BACKOFF'
                        when not w.live then 'NO_WORKER'
                        when r.limited_since is not null then 'CONNECTION_LIMIT'
                        else 'QUEUED' end as waiting,
                   case when r.waits_for_children then r.updated_at
                        when r.not_before > now() then r.created_at
                        when w.live and r.limited_since is not null then r.limited_since
                        else greatest(r.updated_at, r.not_before,
                                      case when r.commands_sent = 1 then r.commanded_at::timestamptz(3) end,
                                      case when not w.live then w.went
                                           when w.went < w.came or w.went is null then w.came end) end as waiting_since
              from task_run r
              left join lateral (
                    select coalesce(bool_or(alive), false) as live, min(started_at) filter (where alive) as came,
                           max(coalesce(stopped_at, seen_at)::timestamptz(3)) filter (where not alive) as went
                      from (select started_at, seen_at, stopped_at,
                                   stopped_at is null and seen_at > now() - interval '15 seconds' as alive
                              from worker where r.type = any(task_types)) takers) w on r.status = 'PENDING'
            """;

    private static final String FIND = SELECT + """
              join task t on t.id = r.task_id
             where r.id = :run and t.id = :task and t.connection_key = :key
               and not exists (select from connection c where c.connection_key = :key and c.id <> t.connection_id)
            """;

    private static final String LIST = SELECT + """
             where r.task_id = :task
               and (:status::text is null or r.status = :status)
               and (:before::int is null or r.attempt < :before)
             order by r.attempt desc limit :limit
            """;

    private final JdbcClient jdbc;

    RunHistory(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<TaskRun> find(String key, UUID task, UUID run) {
        return jdbc.sql(FIND)
                .param("key", key)
                .param("task", task)
                .param("run", run)
                .query(RunHistory::run)
                .optional();
    }

    /** Runs of the task, newest first. */
    List<TaskRun> list(UUID task, @Nullable String status, @Nullable Integer beforeAttempt, int limit) {
        return jdbc.sql(LIST)
                .param("task", task)
                .param("status", status, Types.VARCHAR)
                .param("before", beforeAttempt, Types.INTEGER)
                .param("limit", limit)
                .query(RunHistory::run)
                .list();
    }

    private static TaskRun run(ResultSet row, int i) throws SQLException {
        String waiting = row.getString("waiting");
        String error = row.getString("error");
        return new TaskRun(
                row.getObject("id", UUID.class),
                row.getObject("task_id", UUID.class),
                row.getInt("attempt"),
                RunStatus.valueOf(row.getString("status")),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant(),
                time(row, "started_at"),
                time(row, "completed_at"),
                row.getString("canceled_by"),
                time(row, "not_before"),
                row.getString("worker_id"),
                waiting == null
                        ? null
                        : new TaskRun.Waiting(
                                waiting, row.getTimestamp("waiting_since").toInstant()),
                tree(row, "progress"),
                tree(row, "result"),
                error == null ? null : Json.read(error, TaskError.class));
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static @Nullable JsonNode tree(ResultSet row, String column) throws SQLException {
        String json = row.getString(column);
        return json == null ? null : Json.tree(json);
    }
}
