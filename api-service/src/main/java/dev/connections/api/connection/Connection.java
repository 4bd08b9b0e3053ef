package dev.connections.api.connection;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.ConnectionState;
import dev.connections.connection.Technology;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The connection resource of the contract; its secrets are redacted.
 *
 * @param entityTag identifies this state of the connection, in quotes; sent as a header
 */
record Connection(
        @JsonIgnore String entityTag,
        String connectionKey,
        Technology technology,
        ConnectionState state,
        @Nullable StateReason stateReason,
        JsonNode clientConfiguration,
        ConnectionSettings settings,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Impact impact,
        @Nullable Instant lastValidatedAt,
        @Nullable Instant lastCrawledAt,
        String createdBy,
        Instant createdAt,
        String updatedBy,
        Instant updatedAt) {
    /** Why a connection is UNHEALTHY. */
    record StateReason(String code, String message, String since) {}

    /** What a patch would change. */
    record Impact(List<String> changes, long objectsLeavingScope, List<UUID> tasksInFlight) {}
}
