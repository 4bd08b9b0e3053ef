package dev.connections.api.catalog.search;

import dev.connections.api.catalog.Listed;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A search in the catalog.
 *
 * @param connections the connections to search; null for all
 * @param types the types to search for; null for all
 * @param after the key of the last object of the previous page; null for the first page
 * @param limit the maximum number of objects
 */
record Search(
        @Nullable List<UUID> connections,
        @Nullable List<String> types,
        Conditions conditions,
        Ordering ordering,
        @Nullable List<String> after,
        int limit) {
    /** Each is planned separately, which also takes time. */
    private static final int MOST_STREAMS = 32;

    Search {
        connections = connections == null ? null : List.copyOf(connections);
        types = types == null ? null : List.copyOf(types);
        after = after == null ? null : List.copyOf(after);
    }

    /** The rest of the search after these objects were found. */
    Search behind(List<Listed> found) {
        return found.isEmpty()
                ? this
                : new Search(
                        connections,
                        types,
                        conditions,
                        ordering,
                        found.getLast().key(),
                        limit - found.size());
    }

    /** Whether the blocks of names show where in the requested order matches can be. */
    boolean hasBlocks() {
        return ordering.by() == SortBy.NAME && conditions.contains() != null;
    }

    /** Whether a walk follows the order separately within each connection. */
    boolean isByConnection() {
        // By the last sync each connection has three streams, and several connections would have too many.
        int most = isBySync() ? 1 : MOST_STREAMS;
        return connections != null && connections.size() <= most;
    }

    /** Whether a walk passes only objects of the connections; by the last sync it skips the listings of others. */
    boolean isWithinConnections() {
        return isByConnection() || isBySync();
    }

    boolean isBySync() {
        return ordering.by() == SortBy.LAST_SYNCED_AT;
    }

    /** Whether a walk in type order follows the order separately within each requested type. */
    boolean isByType() {
        int parts = isByConnection() ? Objects.requireNonNull(connections).size() : 1;
        return ordering.by() == SortBy.TYPE && types != null && types.size() * parts <= MOST_STREAMS;
    }

    /** Whether no object can match. */
    boolean isVain() {
        return isNothing(connections) || isNothing(types);
    }

    private static boolean isNothing(@Nullable List<?> chosen) {
        return chosen != null && chosen.isEmpty();
    }
}
