package dev.connections.worker.catalog;

import dev.connections.catalog.StorableText;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the source itself says about the nature of an object, in its own words. */
public record RemoteTraits(
        @Nullable String type,
        @Nullable String format,
        @Nullable String kind,
        @Nullable Instant createdAt,
        @Nullable Instant updatedAt) {
    public RemoteTraits {
        type = StorableText.orNull(type);
        format = StorableText.orNull(format);
        kind = StorableText.orNull(kind);
    }

    /** Traits of a source that keeps no times. */
    public static RemoteTraits of(@Nullable String type, @Nullable String format, @Nullable String kind) {
        return new RemoteTraits(type, format, kind, null, null);
    }
}
