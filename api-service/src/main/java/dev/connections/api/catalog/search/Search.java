package dev.connections.api.catalog.search;

import dev.connections.api.catalog.Listed;
import java.util.List;
import java.util.Objects;
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
    /** Each is planned on its own, and that takes a while too. */
    private static final int MOST_STREAMS = 32;

    Search {
        connections = connections == null ? null : List.copyOf(connections);
        types = types == null ? null : List.copyOf(types);
        after = after == null ? null : List.copyOf(after);
    }

    /** What is left of it where these were found from the beginning on. */
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

    /** Whether the blocks of names tell where in the order asked for the objects may be. */
    boolean hasBlocks() {
        return ordering.by() == SortBy.NAME && conditions.contains() != null;
    }

    /** Whether a walk follows the order within each connection. */
    boolean isByConnection() {
        // By the last sync each has three streams, and those of several connections would be too many.
        int most = isBySync() ? 1 : MOST_STREAMS;
        return connections != null && connections.size() <= most;
    }

    /** Whether a walk passes only what is in the connections; by the last sync it passes over the listings of others. */
    boolean isWithinConnections() {
        return isByConnection() || isBySync();
    }

    boolean isBySync() {
        return ordering.by() == SortBy.LAST_SYNCED_AT;
    }

    /** Whether a walk in the order of types follows the order within each type that is wanted. */
    boolean isByType() {
        int parts = isByConnection() ? Objects.requireNonNull(connections).size() : 1;
        return ordering.by() == SortBy.TYPE && types != null && types.size() * parts <= MOST_STREAMS;
    }

    /** Whether nothing can fit, wherever one looks. */
    boolean isVain() {
        return isNothing(connections) || isNothing(types);
    }

    private static boolean isNothing(@Nullable List<?> chosen) {
        return chosen != null && chosen.isEmpty();
    }
}
