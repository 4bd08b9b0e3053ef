package dev.connections.outbox;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tables of events that are not published yet, read on the session of the leading relay. What crawls changed has a
 * table and a relay of its own, so a status event never waits behind it.
 */
enum EventOutbox {
    /**
     * The table status_outbox: status events in the order of the ids of its rows, whoever's they are. A row has those of one
     * statement, each of another task, and its arrays get shorter while they are published. An event whose task was removed is put
     * aside. The inner offset keeps the planner to the payloads' index: it cannot know how few events there are, and would read all
     * history. Payloads are unpacked, each once, only within a bound of what they take on disk: a backlog of large ones would
     * else be read whole in each round.
     */
    STATUS(1, """
            select '' as share, id, 'connections.task-status' as topic, task::text as key,
                   task || '/' || sequence as event_id, 'connections.task.status' as event_type, at as occurred_at,
                   coalesce(payload::text, '') as payload
              from (select *, sum(stored) over (order by id, place rows unbounded preceding) - stored as stored_before
                      from (select o.id, e.*, k.payload, coalesce(pg_column_size(k.payload), 0) as stored
                              from (select * from status_outbox where '' >= ? order by id limit ?) o
                             cross join lateral unnest(o.tasks, o.sequences, o.times) with ordinality
                                                    as e (task, sequence, at, place)
                              left join lateral (
                                   select payload from task_event
                                    where task_id = e.task and sequence = e.sequence offset 0) k on true
                             order by o.id, e.place limit ?) few) e
             where stored_before < 4194304
            offset 0
            """, 2, "id, key", """
            with sent as (
                select id, array_agg(task) as tasks
                  from unnest(?, ?::uuid[]) as s (id, task)
                 where (select set_config('synchronous_commit', 'off', true)) is not null
                 group by id
            ), partly as (
                update status_outbox o
                   set (tasks, sequences, times) =
                       (select array_agg(e.task), array_agg(e.sequence), array_agg(e.at)
                          from unnest(o.tasks, o.sequences, o.times) as e (task, sequence, at)
                         where e.task <> all (sent.tasks))
                  from sent
                 where o.id = sent.id and cardinality(sent.tasks) < cardinality(o.tasks)
            )
            delete from status_outbox o
             using sent
             where o.id = sent.id and cardinality(sent.tasks) = cardinality(o.tasks)
            """, """
            with bad as (
                select o.id, cardinality(o.tasks) as events, e.*
                  from status_outbox o cross join lateral unnest(o.tasks, o.sequences, o.times) as e (task, sequence, at)
                 where o.id = ? and e.task = ?::uuid
            ), others as (
                update status_outbox o
                   set (tasks, sequences, times) =
                       (select array_agg(e.task), array_agg(e.sequence), array_agg(e.at)
                          from unnest(o.tasks, o.sequences, o.times) as e (task, sequence, at)
                         where e.task <> bad.task)
                  from bad
                 where o.id = bad.id and bad.events > 1
            ), alone as (
                delete from status_outbox o using bad where o.id = bad.id and bad.events = 1
            )
            insert into dead_event (topic, key, event_id, event_type, occurred_at, payload, reason)
            select 'connections.task-status', bad.task, bad.task || '/' || bad.sequence, 'connections.task.status', bad.at,
                   coalesce(k.payload::text, ''), ?
              from bad left join task_event k on k.task_id = bad.task and k.sequence = bad.sequence
            """),

    /**
     * The table change_outbox: equal shares of each connection's oldest, one of each in turn, so that a crawl that
     * changed hundreds of thousands of objects delays the changes of another connection by one batch.
     */
    CHANGES(2, """
            with recursive share (connection_key, n) as (
                (select connection_key, 1 from change_outbox where connection_key > ?
                  order by connection_key limit 1)
                union all
                select (select o.connection_key from change_outbox o where o.connection_key > share.connection_key
                         order by o.connection_key limit 1), n + 1
                  from share
                 where connection_key is not null and n < 200
            )
            select share.connection_key as share, o.*,
                   row_number() over (partition by share.connection_key order by o.id) as place
              from share cross join lateral (
                   select * from change_outbox c
                    where c.connection_key = share.connection_key
                    order by c.id
                    limit (select ? / greatest(1, count(*)) + 1 from share where connection_key is not null)) o
             where share.connection_key is not null
            """, 1, "place, share", """
            delete from change_outbox
             where id = any(?) and key = any(?) and (select set_config('synchronous_commit', 'off', true)) is not null
            """, """
            with gone as (delete from change_outbox where id = ? and key = ? returning *)
            insert into dead_event (topic, key, event_id, event_type, occurred_at, payload, reason)
            select topic, key, event_id, event_type, occurred_at, payload, ? from gone
            """);

    /** An event beyond the largest size is counted, and not read. */
    private static final String READ = """
            select share, id, topic, key, event_id, event_type, occurred_at, size,
                   case when size <= ? then payload end as payload
              from (select e.*, octet_length(payload) as size,
                           sum(least(octet_length(payload), ?)) over (order by {order} rows unbounded preceding)
                               - least(octet_length(payload), ?) as bytes_before
                      from ({candidates}) e) e
             where bytes_before < ?
             order by {order}
            """;

    private static final int TIMES_LARGEST = 3;

    private final int lockKey;
    private final String read;
    private final int limits;
    private final String delete;
    private final String putAside;

    /**
     * An outbox.
     *
     * @param limits how often the number of events stands among the parameters of the candidates
     * @param order of the events
     */
    EventOutbox(int lockKey, String candidates, int limits, String order, String delete, String putAside) {
        this.lockKey = lockKey;
        this.read = READ.replace("{candidates}", candidates.strip()).replace("{order}", order);
        this.limits = limits;
        this.delete = delete;
        this.putAside = putAside;
    }

    /**
     * An event to publish.
     *
     * @param share the connection whose share it is; empty for a status event
     * @param id of its row, which may have events of other keys
     * @param size of the payload, in bytes; 0 if it was removed with its task
     * @param payload JSON; null if it is larger than any event that is read
     */
    record Event(
            String share,
            long id,
            String topic,
            String key,
            String eventId,
            String type,
            Instant occurredAt,
            int size,
            @Nullable String payload) {}

    /**
     * How much to read.
     *
     * @param events at most
     * @param bytes of payloads, at most and one event more
     * @param largest the size of the largest payload that is read
     */
    record Bounds(int events, long bytes, int largest) {}

    /** The key of the advisory lock of the relay that leads. */
    int lockKey() {
        return lockKey;
    }

    /**
     * Reads the oldest events, per key in the order of the commits.
     *
     * @param after shares of connections after this one; empty from the first
     */
    List<Event> oldest(Connection session, String after, Bounds bounds) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(read)) {
            int parameter = 1;
            for (int i = 0; i < TIMES_LARGEST; i++) {
                statement.setInt(parameter++, bounds.largest);
            }
            statement.setString(parameter++, after);
            for (int i = 0; i < limits; i++) {
                statement.setInt(parameter++, bounds.events);
            }
            statement.setLong(parameter, bounds.bytes);
            List<Event> events = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    events.add(event(row));
                }
            }
            return events;
        }
    }

    /** Waits for no disk: events that a crash brings back are published again, in their order. */
    void delete(Connection session, List<Event> sent) throws SQLException {
        Array ids = session.createArrayOf("bigint", sent.stream().map(Event::id).toArray());
        Array keys = session.createArrayOf("text", sent.stream().map(Event::key).toArray());
        try (PreparedStatement statement = session.prepareStatement(delete)) {
            statement.setArray(1, ids);
            statement.setArray(2, keys);
            statement.executeUpdate();
        }
    }

    /** Moves an event that can never be published to dead_event. */
    void putAside(Connection session, Event event, String reason) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(putAside)) {
            statement.setLong(1, event.id());
            statement.setString(2, event.key());
            statement.setString(3, reason);
            statement.executeUpdate();
        }
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                row.getString("share"),
                row.getLong("id"),
                row.getString("topic"),
                row.getString("key"),
                row.getString("event_id"),
                row.getString("event_type"),
                row.getObject("occurred_at", OffsetDateTime.class).toInstant(),
                row.getInt("size"),
                row.getString("payload"));
    }
}
