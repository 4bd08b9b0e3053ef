package dev.connections.worker.crawl;

import dev.connections.worker.catalog.Placed;
import dev.connections.worker.catalog.RemoteIdentity;

/** A database or schema that the crawl has staged. */
public record Container(RemoteIdentity identity, Placed placed, Reach reach) {
    /** Whether anything inside is to be looked at. */
    public boolean isEntered() {
        return reach != Reach.NONE;
    }
}
