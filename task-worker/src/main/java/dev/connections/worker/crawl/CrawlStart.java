package dev.connections.worker.crawl;

import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.RemoteIdentity;
import java.util.List;

/**
 * The object that a crawl of a subtree starts at.
 *
 * @param way from the top-level object down to this one
 * @param path the names beside them
 * @param passedOver whether it is inside an INACTIVE object and not ACTIVE by itself
 */
record CrawlStart(List<RemoteIdentity> way, List<String> path, NormalizedType type, boolean passedOver) {
    CrawlStart {
        way = List.copyOf(way);
        path = List.copyOf(path);
    }

    RemoteIdentity identity() {
        return way.getLast();
    }

    boolean isRelation() {
        return switch (type) {
            case DATABASE, SCHEMA -> false;
            case TABLE, VIEW -> true;
        };
    }

    /** Whether a container at the level is above the start. */
    boolean isAbove(int level) {
        return level < way.size() - 1;
    }
}
