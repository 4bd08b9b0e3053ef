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
    /** The table event_outbox: status events in the order of their ids, whoever's they are. */
    STATUS("event_outbox", 1, """
            select '' as share, o.* from event_outbox o where '' >= ? order by id limit ?
            """, "id"),

    /**
     * The table change_outbox: equal shares of each connection's oldest, one of each in turn, so that a crawl that
     * changed hundreds of thousands of objects delays the changes of another connection by one batch.
     */
    CHANGES("change_outbox", 2, """
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
            """, "place, share");

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

    /** Waits for no disk: events that a crash brings back are published again, in their order. */
    private static final String DELETE = """
            delete from {table} where id = any(?) and (select set_config('synchronous_commit', 'off', true)) is not null
            """;

    private static final String PUT_ASIDE = """
            with gone as (delete from {table} where id = ? returning *)
            insert into dead_event (topic, key, event_id, event_type, occurred_at, payload, reason)
            select topic, key, event_id, event_type, occurred_at, payload, ? from gone
            """;

    private final int lockKey;
    private final String read;
    private final String delete;
    private final String putAside;

    EventOutbox(String table, int lockKey, String candidates, String order) {
        this.lockKey = lockKey;
        this.read = READ.replace("{candidates}", candidates.strip()).replace("{order}", order);
        this.delete = DELETE.replace("{table}", table);
        this.putAside = PUT_ASIDE.replace("{table}", table);
    }

    /**
     * An event to publish.
     *
     * @param share the connection whose share it is; empty for a status event
     * @param size of the payload, in bytes
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
            statement.setInt(parameter++, bounds.events);
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

    void delete(Connection session, List<Event> sent) throws SQLException {
        Array ids = session.createArrayOf("bigint", sent.stream().map(Event::id).toArray());
        try (PreparedStatement statement = session.prepareStatement(delete)) {
            statement.setArray(1, ids);
            statement.executeUpdate();
        }
    }

    /** Moves an event that can never be published to dead_event. */
    void putAside(Connection session, Event event, String reason) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(putAside)) {
            statement.setLong(1, event.id());
            statement.setString(2, reason);
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
