package dev.connections.worker.source.trino;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.RemoteText;
import java.util.ArrayList;
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
        List<FoundObject> catalogs = catalogs(names);
        crawl.recognize(null, catalogs);
        List<Container> entered = new ArrayList<>();
        for (FoundObject catalog : catalogs) {
            if (crawl.reaches(null, catalog.identity(), catalog.name())) {
                Container container = crawl.enter(null, catalog);
                if (container.isEntered()) {
                    entered.add(container);
                } else {
                    crawl.complete(container);
                }
            }
        }
        crawl.complete(null);
        readAll(entered);
    }

    /** One catalog that fails is passed over. If all do, or the one that the crawl is of, then the crawl has failed. */
    private void readAll(List<Container> catalogs) throws Exception {
        int failed = 0;
        for (Container catalog : catalogs) {
            try {
                new TrinoCatalog(crawl, session, catalog).read();
            } catch (QueryFailedException e) {
                failed++;
                if (crawl.isSubtree() || failed == catalogs.size()) {
                    throw e;
                }
                crawl.warn("catalog " + RemoteText.shown(catalog.identity().id(), crawl.execution())
                        + " could not be read to its end, so the rest of it was left as it is; the cluster said: "
                        + RemoteText.shown(e.getMessage(), crawl.execution()));
            }
        }
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
