package dev.connections.api.catalog;

import dev.connections.catalog.Activation;
import dev.connections.catalog.NormalizedType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A data object in the contract's shape. */
public record DataObject(
        UUID id,
        String connectionKey,
        @Nullable UUID parentId,
        String name,
        String type,
        NormalizedType normalizedType,
        String technology,
        String remoteId,
        @Nullable String remoteType,
        @Nullable String remoteFormat,
        @Nullable String remoteKind,
        @Nullable Instant remoteCreatedAt,
        @Nullable Instant remoteUpdatedAt,
        String remoteState,
        @Nullable Instant missingSince,
        String state,
        Settings settings,
        @Nullable String description,
        List<Step> objectPath,
        @Nullable Instant lastSyncedAt,
        String createdBy,
        Instant createdAt,
        String updatedBy,
        Instant updatedAt) {
    /** The user's settings for an object and for the objects that a crawl will find below it. */
    record Settings(Activation activation, Activation newChildActivation) {}

    /** One level of an object's path. */
    record Step(String name, String type) {}
}
