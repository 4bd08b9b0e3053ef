package dev.connections.worker.source.redshift;

import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import org.jspecify.annotations.Nullable;

/** A schema that a crawl reaches; it is staged at once, or with the only relation that the crawl reads. */
final class RedshiftSchema {
    private final long oid;
    private final FoundObject found;
    private final boolean readable;
    private final boolean external;
    private @Nullable Container container;

    RedshiftSchema(long oid, FoundObject found, boolean readable, boolean external) {
        this.oid = oid;
        this.found = found;
        this.readable = readable;
        this.external = external;
    }

    long oid() {
        return oid;
    }

    FoundObject found() {
        return found;
    }

    /** Whether the account may use it. */
    boolean isReadable() {
        return readable;
    }

    /** Whether what is in it lies outside the cluster. */
    boolean isExternal() {
        return external;
    }

    /** Stages the schema, where that is not done yet. */
    Container enter(Crawl crawl, Container database) {
        Container entered = container;
        if (entered == null) {
            entered = crawl.enter(database, found);
            container = entered;
        }
        return entered;
    }

    /** Whether relations in it are to be read. */
    boolean isRead(Crawl crawl) {
        return crawl.isOfOneRelation() || (readable && container != null && crawl.reads(container));
    }

    /** Records that all in it was handed over. */
    void complete(Crawl crawl) {
        if (!crawl.isOfOneRelation() && container != null && readable) {
            crawl.complete(container);
        }
    }
}
