package dev.connections.worker.catalog;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.StorableText;
import org.jspecify.annotations.Nullable;

/** An object as a crawl found it at the source. */
public record FoundObject(
        RemoteIdentity identity,
        String name,
        ObjectType type,
        RemoteTraits traits,
        @Nullable String description,
        ObjectDetail detail) {
    public FoundObject {
        name = StorableText.of(name);
        description = StorableText.orNull(description);
    }
}
