package dev.connections.api.connection;

import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.ConnectionState;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.util.DigestUtils;
import tools.jackson.databind.JsonNode;

/**
 * A connection as it is stored in the database.
 *
 * @param sealed its client configuration, secrets sealed
 * @param version raised by every change
 */
record StoredConnection(
        UUID id,
        String connectionKey,
        Technology technology,
        ConnectionState state,
        Connection.@Nullable StateReason stateReason,
        JsonNode sealed,
        ConnectionSettings settings,
        long version,
        @Nullable Instant lastValidatedAt,
        @Nullable Instant lastCrawledAt,
        String createdBy,
        Instant createdAt,
        String updatedBy,
        Instant updatedAt) {
    /** The client configuration with its secrets redacted. */
    JsonNode redacted() {
        return SecretSealer.redact(sealed);
    }

    /** The settings as a tree, nulls included. */
    JsonNode settingsTree() {
        return Json.tree(Json.write(settings));
    }

    /** The same connection with a patch applied. */
    StoredConnection with(JsonNode newSealed, ConnectionSettings newSettings) {
        return new StoredConnection(
                id,
                connectionKey,
                technology,
                state,
                stateReason,
                newSealed,
                newSettings,
                version,
                lastValidatedAt,
                lastCrawledAt,
                createdBy,
                createdAt,
                updatedBy,
                updatedAt);
    }

    /** A strong entity tag. It changes with every change, including those that do not change the version. */
    String entityTag() {
        String state = id + " " + version + " " + stateReason + " " + lastValidatedAt + " " + lastCrawledAt;
        return '"' + DigestUtils.md5DigestAsHex(state.getBytes(StandardCharsets.UTF_8)) + '"';
    }

    Connection answer(Connection.@Nullable Impact impact) {
        return new Connection(
                entityTag(),
                connectionKey,
                technology,
                state,
                stateReason,
                MemberOrder.of(redacted()),
                settings,
                impact,
                lastValidatedAt,
                lastCrawledAt,
                createdBy,
                createdAt,
                updatedBy,
                updatedAt);
    }
}
