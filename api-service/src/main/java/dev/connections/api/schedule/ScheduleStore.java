package dev.connections.api.schedule;

import dev.connections.connection.ConnectionState;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The connections that are due for a crawl. */
final class ScheduleStore {
    private static final String TAKE_DUE = """
            select id, connection_key, state, settings -> 'crawl' ->> 'schedule' as schedule, now() as now,
                   exists (select from task t
                            where t.connection_id = c.id and t.type = 'CRAWL' and t.in_flight
                              and t.input -> 'objectId' is null) as crawled_now
              from connection c
             where next_crawl_at <= now() and state = any(:states)
             order by next_crawl_at
             limit :limit
               for no key update skip locked
            """;

    private static final String RESCHEDULE = "update connection set next_crawl_at = :next where id = :id";

    private final JdbcClient jdbc;

    /**
     * A connection that is due.
     *
     * @param schedule the text of its schedule; null if it was removed
     * @param now the database's time, by which it is due
     * @param crawledNow whether a crawl of the whole connection is in flight, with any input
     */
    record Due(
            UUID id,
            String key,
            ConnectionState state,
            @Nullable String schedule,
            Instant now,
            boolean crawledNow) {}

    ScheduleStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Locks up to limit connections that are due; other processes skip them until the transaction ends. */
    List<Due> takeDue(int limit) {
        return jdbc.sql(TAKE_DUE)
                .param("states", ConnectionState.names(ConnectionState.IN_USE))
                .param("limit", limit)
                .query((row, i) -> new Due(
                        row.getObject("id", UUID.class),
                        row.getString("connection_key"),
                        ConnectionState.valueOf(row.getString("state")),
                        row.getString("schedule"),
                        row.getObject("now", OffsetDateTime.class).toInstant(),
                        row.getBoolean("crawled_now")))
                .list();
    }

    void reschedule(UUID connection, @Nullable Instant next) {
        jdbc.sql(RESCHEDULE)
                .param("id", connection)
                .param(
                        "next",
                        next == null ? null : next.atOffset(ZoneOffset.UTC),
                        java.sql.Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
    }
}
