package dev.connections.api.stream;

import dev.connections.task.RunStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The recorded events of tasks. */
@Component
final class TaskEventStore {
    /** The maximum number of events of a task that one read returns. */
    static final int EVENTS = 50;

    private static final int TIME_LIMIT_S = 10;

    /** A task of another connection that had the same key before is not there. */
    private static final String EXISTS = """
            select exists (
                   select from task t
                    where t.id = :task and t.connection_key = :key
                      and not exists (select from connection c where c.connection_key = :key and c.id <> t.connection_id))
            """;

    /** One snapshot, so that the status belongs to the last event. A removed task has a row of nulls. */
    private static final String READ = """
            select o.n, t.status, t.last_sequence, e.sequence, e.payload ->> 'status' as event, e.payload
              from unnest(:tasks::uuid[], :sequences::int[]) with ordinality as o (task_id, sequence, n)
              left join task t on t.id = o.task_id
              left join lateral (
                    select sequence, payload from task_event
                     where task_id = o.task_id and sequence > o.sequence and t.last_sequence > o.sequence
                     order by sequence limit :events) e on true
             order by o.n, e.sequence
            """;

    private final JdbcClient jdbc;

    TaskEventStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    boolean exists(String connectionKey, UUID taskId) {
        return jdbc.sql(EXISTS)
                .param("task", taskId)
                .param("key", connectionKey)
                .query(Boolean.class)
                .single();
    }

    /** Reads the events after each position; the result has an entry for every position. */
    Map<Position, Batch> read(List<Position> positions) {
        Map<Position, Batch.Builder> found = new HashMap<>();
        jdbc.sql(READ)
                .withQueryTimeout(TIME_LIMIT_S)
                .param("tasks", positions.stream().map(Position::taskId).toArray(UUID[]::new))
                .param("sequences", positions.stream().map(Position::sequence).toArray(Integer[]::new))
                .param("events", EVENTS)
                .query(row -> {
                    Position position = positions.get(row.getInt("n") - 1);
                    Batch.Builder batch = found.get(position);
                    if (batch == null) {
                        batch = begin(position, row);
                        found.put(position, batch);
                    }
                    int sequence = row.getInt("sequence");
                    if (sequence > 0) {
                        batch.add(sequence, row.getString("event"), row.getString("payload"));
                    }
                });
        Map<Position, Batch> batches = new HashMap<>();
        found.forEach((position, batch) -> batches.put(position, batch.build()));
        return batches;
    }

    private static Batch.Builder begin(Position position, ResultSet row) throws SQLException {
        String status = row.getString("status");
        boolean terminal = status == null || RunStatus.valueOf(status).isTerminal();
        return new Batch.Builder(position.sequence(), row.getInt("last_sequence"), terminal);
    }
}
