package dev.connections.worker.source.trino;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.EachDatabase;
import java.util.List;

/**
 * Reads the catalogs of a cluster that the account can see, one after the other. Behind each is another system: one that
 * fails is a warning, and what is known of it stays.
 */
final class TrinoServerCrawl {
    private final Crawl crawl;
    private final TrinoSession session;

    TrinoServerCrawl(Crawl crawl, TrinoSession session) {
        this.crawl = crawl;
        this.session = session;
    }

    /** Reads everything, beginning with the catalogs, which were asked for already. */
    void read(TrinoRows names) throws Exception {
        new EachDatabase(
                        crawl,
                        "catalog",
                        catalog -> new TrinoCatalog(crawl, session, catalog).read(),
                        QueryFailedException.class::isInstance)
                .read(catalogs(names));
    }

    private List<FoundObject> catalogs(TrinoRows names) throws Exception {
        SourceLimits limits = crawl.execution().limits();
        BoundedList<FoundObject> catalogs = new BoundedList<>(limits::checkDatabases, limits);
        try (names) {
            while (names.next()) {
                String name = names.text(1);
                catalogs.add(
                        container(new RemoteIdentity("", name), name, ObjectType.DATABASE, "catalog"), name.length());
            }
        }
        return catalogs.items();
    }

    static FoundObject container(RemoteIdentity identity, String name, ObjectType type, String remoteType) {
        return new FoundObject(identity, name, type, RemoteTraits.of(remoteType, null, null), null, ObjectDetail.NONE);
    }
}
