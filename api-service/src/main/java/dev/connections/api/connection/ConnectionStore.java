package dev.connections.api.connection;

import dev.connections.api.schedule.CrawlSchedule;
import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.ConnectionState;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.JsonNode;

@Repository
class ConnectionStore {
    private static final String COLUMNS = """
            id, connection_key, technology, state, state_reason, client_configuration, settings, version,
            last_validated_at, last_crawled_at, created_by, created_at, updated_by, updated_at
            """;

    private static final String INSERT = """
            insert into connection (id, connection_key, technology, state, client_configuration, settings,
                                    next_crawl_at, created_by, updated_by)
            values (:id, :key, :technology, 'ACTIVE', :configuration::jsonb, :settings::jsonb, :nextCrawl, :actor, :actor)
            on conflict (connection_key) do nothing
            returning\s""" + COLUMNS;

    private static final String FIND = "select " + COLUMNS + " from connection where connection_key = :key";

    private static final String LOCK = FIND + " for update";

    private static final String LIST = "select " + COLUMNS + """
              from connection
             where (:state::text is null or state = :state)
               and (:technology::text is null or technology = :technology)
               and (:after::text is null or connection_key > :after)
             order by connection_key limit :limit
            """;

    private static final String UPDATE = """
            update connection
               set client_configuration = :configuration::jsonb, settings = :settings::jsonb,
                   next_crawl_at = case when :reschedule then :nextCrawl else next_crawl_at end,
                   version = version + 1, updated_by = :actor, updated_at = now()
             where id = :id and version = :version and state in ('ACTIVE', 'UNHEALTHY')
            returning\s""" + COLUMNS;

    private static final String CHANGE_STATE = """
            update connection
               set state = :to, state_reason = null, next_crawl_at = :nextCrawl, version = version + 1,
                   updated_by = :actor, updated_at = now()
             where id = :id and version = :version and state = :from
            returning\s""" + COLUMNS;

    private final JdbcClient jdbc;

    ConnectionStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Stores a new connection; empty if its key is taken. */
    Optional<StoredConnection> insert(
            UUID id, String key, Technology technology, JsonNode sealed, ConnectionSettings settings, String actor) {
        return jdbc.sql(INSERT)
                .param("id", id)
                .param("key", key)
                .param("technology", technology.label())
                .param("configuration", Json.write(sealed))
                .param("settings", Json.write(settings))
                .param("nextCrawl", nextCrawl(settings), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("actor", actor)
                .query(ConnectionStore::stored)
                .optional();
    }

    Optional<StoredConnection> find(String key) {
        return jdbc.sql(FIND).param("key", key).query(ConnectionStore::stored).optional();
    }

    /** Reads and locks the connection; needs a surrounding transaction. */
    Optional<StoredConnection> lock(String key) {
        return jdbc.sql(LOCK).param("key", key).query(ConnectionStore::stored).optional();
    }

    /** Connections by key, after the given one. */
    List<StoredConnection> list(
            @Nullable String state, @Nullable String technology, @Nullable String after, int limit) {
        return jdbc.sql(LIST)
                .param("state", state, Types.VARCHAR)
                .param("technology", technology, Types.VARCHAR)
                .param("after", after, Types.VARCHAR)
                .param("limit", limit)
                .query(ConnectionStore::stored)
                .list();
    }

    /** Stores a patched connection; empty if it has changed since it was read. */
    @Transactional // see CandidTransactions
    public Optional<StoredConnection> update(StoredConnection patched, boolean reschedule, String actor) {
        return jdbc.sql(UPDATE)
                .param("id", patched.id())
                .param("version", patched.version())
                .param("configuration", Json.write(patched.sealed()))
                .param("settings", Json.write(patched.settings()))
                .param("reschedule", reschedule)
                .param("nextCrawl", nextCrawl(patched.settings()), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("actor", actor)
                .query(ConnectionStore::stored)
                .optional();
    }

    /** Changes the connection's state; empty if it has changed since it was read. */
    @Transactional
    public Optional<StoredConnection> changeState(StoredConnection read, ConnectionState to, String actor) {
        return jdbc.sql(CHANGE_STATE)
                .param("id", read.id())
                .param("version", read.version())
                .param("from", read.state().name())
                .param("to", to.name())
                .param(
                        "nextCrawl",
                        to == ConnectionState.ACTIVE ? nextCrawl(read.settings()) : null,
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("actor", actor)
                .query(ConnectionStore::stored)
                .optional();
    }

    private static @Nullable OffsetDateTime nextCrawl(ConnectionSettings settings) {
        String text = settings.crawl().schedule();
        CrawlSchedule schedule = text == null ? null : CrawlSchedule.parse(text);
        return schedule == null ? null : schedule.after(Instant.now()).atOffset(ZoneOffset.UTC);
    }

    private static StoredConnection stored(ResultSet row, int i) throws SQLException {
        String reason = row.getString("state_reason");
        return new StoredConnection(
                row.getObject("id", UUID.class),
                row.getString("connection_key"),
                Technology.of(row.getString("technology")),
                ConnectionState.valueOf(row.getString("state")),
                reason == null ? null : Json.read(reason, Connection.StateReason.class),
                Json.tree(row.getString("client_configuration")),
                Json.read(row.getString("settings"), ConnectionSettings.class),
                row.getLong("version"),
                time(row, "last_validated_at"),
                time(row, "last_crawled_at"),
                row.getString("created_by"),
                row.getTimestamp("created_at").toInstant(),
                row.getString("updated_by"),
                row.getTimestamp("updated_at").toInstant());
    }

    private static @Nullable Instant time(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
