package dev.connections.api.catalog;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.ObjectDetail;
import org.jspecify.annotations.Nullable;

/** A column of a table or view in the contract's shape, including null properties, which are not stored. */
record Column(
        String name,
        int ordinal,
        String remoteType,
        ColumnType normalizedType,
        boolean nullable,
        @Nullable String defaultValue,
        boolean generated,
        boolean identity,
        @Nullable String description) {
    static Column of(ObjectDetail.Column stored) {
        return new Column(
                stored.name(),
                stored.ordinal(),
                stored.remoteType(),
                stored.normalizedType(),
                stored.nullable(),
                stored.defaultValue(),
                stored.generated(),
                stored.identity(),
                stored.description());
    }
}
