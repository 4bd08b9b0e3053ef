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

/** The table event_outbox: events that are not published yet, read on the session of the leading relay. */
final class EventOutbox {
    private static final String OLDEST = """
            select id, topic, key, event_id, event_type, occurred_at, payload from event_outbox order by id limit ?
            """;

    private static final String DELETE = "delete from event_outbox where id = any(?)";

    private EventOutbox() {}

    /** An event to publish; the payload is JSON. */
    record Event(long id, String topic, String key, String eventId, String type, Instant occurredAt, String payload) {}

    static List<Event> oldest(Connection session, int limit) throws SQLException {
        try (PreparedStatement statement = session.prepareStatement(OLDEST)) {
            statement.setInt(1, limit);
            List<Event> events = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    events.add(new Event(
                            row.getLong(1),
                            row.getString(2),
                            row.getString(3),
                            row.getString(4),
                            row.getString(5),
                            row.getObject(6, OffsetDateTime.class).toInstant(),
                            row.getString(7)));
                }
            }
            return events;
        }
    }

    static void delete(Connection session, List<Event> sent) throws SQLException {
        Array ids = session.createArrayOf("bigint", sent.stream().map(Event::id).toArray());
        try (PreparedStatement statement = session.prepareStatement(DELETE)) {
            statement.setArray(1, ids);
            statement.executeUpdate();
        }
    }
}
