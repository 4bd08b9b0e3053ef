package dev.connections.worker.catalog;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.StorableText;
import java.util.List;
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

    /** About how many characters all its texts have together. */
    public long characters() {
        long all = length(name)
                + length(description)
                + length(detail.viewDefinition())
                + length(traits.type())
                + length(traits.format())
                + length(traits.kind())
                + length(detail.primaryKey());
        for (ObjectDetail.Column column : detail.columns()) {
            all += length(column.name())
                    + length(column.remoteType())
                    + length(column.defaultValue())
                    + length(column.description());
        }
        for (ObjectDetail.ForeignKey key : detail.foreignKeys()) {
            all += length(key.name())
                    + length(key.columns())
                    + length(key.referencedPath())
                    + length(key.referencedColumns());
        }
        return all;
    }

    private static long length(List<String> names) {
        return names.stream().mapToLong(String::length).sum();
    }

    private static long length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }
}
