package dev.connections.api.task;

import dev.connections.json.Json;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Reads tasks. The tasks of a deleted connection are found by id under its old key, until another connection has the
 * key.
 */
@Repository
class TaskHistory {
    private static final String FIND_CONNECTION = "select id from connection where connection_key = :key";

    private static final String COLUMNS = """
            id, connection_key, type, input, status, trigger, created_by, created_at, updated_at, parent_task_id,
            latest_run_id
            """;

    private static final String FIND = "select " + COLUMNS + """
              from task
             where id = :task and connection_key = :key
               and not exists (select from connection c where c.connection_key = :key and c.id <> connection_id)
            """;

    private static final String LIST = "select " + COLUMNS + """
              from task
             where connection_id = :connection
               and (:type::text is null or type = :type)
               and (:status::text is null or status = :status)
               and (:trigger::text is null or trigger = :trigger)
               and (:createdBy::text is null or created_by = :createdBy)
               and (:parent::uuid is null or parent_task_id = :parent)
               and (:before::uuid is null or id < :before)
             order by id desc limit :limit
            """;

    private static final String IS_DATA_OBJECT = """
            select exists (select from data_object o join connection c on c.id = o.connection_id
                            where o.id = :object and c.connection_key = :key)
            """;

    private final JdbcClient jdbc;

    TaskHistory(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    Optional<UUID> findConnection(String key) {
        return jdbc.sql(FIND_CONNECTION).param("key", key).query(UUID.class).optional();
    }

    Optional<Task> find(String key, UUID task) {
        return jdbc.sql(FIND)
                .param("key", key)
                .param("task", task)
                .query(TaskHistory::task)
                .optional();
    }

    /** Tasks of the connection, newest first. */
    List<Task> list(UUID connection, Filter filter, @Nullable UUID before, int limit) {
        return jdbc.sql(LIST)
                .param("connection", connection)
                .param("type", filter.type(), Types.VARCHAR)
                .param("status", filter.status(), Types.VARCHAR)
                .param("trigger", filter.trigger(), Types.VARCHAR)
                .param("createdBy", filter.createdBy(), Types.VARCHAR)
                .param("parent", filter.parentTaskId(), Types.OTHER)
                .param("before", before, Types.OTHER)
                .param("limit", limit)
                .query(TaskHistory::task)
                .list();
    }

    /** Whether the id is that of a data object of the connection. */
    boolean isDataObject(String key, UUID object) {
        return jdbc.sql(IS_DATA_OBJECT)
                .param("key", key)
                .param("object", object)
                .query(Boolean.class)
                .single();
    }

    /** Which tasks to list; null for all. */
    record Filter(
            @Nullable String type,
            @Nullable String status,
            @Nullable String trigger,
            @Nullable String createdBy,
            @Nullable UUID parentTaskId) {}

    private static Task task(ResultSet row, int i) throws SQLException {
        TaskType type = TaskType.valueOf(row.getString("type"));
        return new Task(
                row.getObject("id", UUID.class),
                row.getString("connection_key"),
                type,
                Json.read(row.getString("input"), TaskInput.class).canonical(type),
                RunStatus.valueOf(row.getString("status")),
                TaskTrigger.valueOf(row.getString("trigger")),
                row.getString("created_by"),
                row.getTimestamp("created_at").toInstant(),
                row.getTimestamp("updated_at").toInstant(),
                row.getObject("parent_task_id", UUID.class),
                row.getObject("latest_run_id", UUID.class));
    }
}
