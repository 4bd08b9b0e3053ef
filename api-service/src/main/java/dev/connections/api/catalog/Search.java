package dev.connections.api.catalog;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A question to the catalog.
 *
 * @param connections where to look; null for everywhere
 * @param types what to look for; null for everything
 * @param after the key of the last object already seen; null to begin
 * @param limit how many objects are wanted
 */
record Search(
        @Nullable List<UUID> connections,
        @Nullable List<String> types,
        Conditions conditions,
        Ordering ordering,
        @Nullable List<String> after,
        int limit) {
    Search {
        connections = connections == null ? null : List.copyOf(connections);
        types = types == null ? null : List.copyOf(types);
        after = after == null ? null : List.copyOf(after);
    }

    /** Whether the blocks of names tell where in the order asked for the objects may be. */
    boolean hasBlocks() {
        return ordering.by() == SortBy.NAME && conditions.contains() != null;
    }

    /** Whether nothing can fit, wherever one looks. */
    boolean isVain() {
        return isNothing(connections) || isNothing(types);
    }

    private static boolean isNothing(@Nullable List<?> chosen) {
        return chosen != null && chosen.isEmpty();
    }
}
