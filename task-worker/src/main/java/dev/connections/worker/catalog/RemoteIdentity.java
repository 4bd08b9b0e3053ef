package dev.connections.worker.catalog;

import dev.connections.catalog.StorableText;

/**
 * What identifies an object at its source for as long as the source keeps it the same.
 *
 * @param scope where the id is unique; empty for a top-level object
 * @param id the source's own id where it has a stable one, else the path
 */
public record RemoteIdentity(String scope, String id) {
    public RemoteIdentity {
        scope = StorableText.of(scope);
        id = StorableText.of(id);
    }
}
