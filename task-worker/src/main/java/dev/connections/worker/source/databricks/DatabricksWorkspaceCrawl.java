package dev.connections.worker.source.databricks;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.RemoteText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Reads the catalogs of a workspace that the account may browse, one after the other. Behind some of them are other systems:
 * one that fails is a warning, and what is known of it stays.
 */
final class DatabricksWorkspaceCrawl {
    /** What Databricks keeps there for itself. */
    private static final Set<String> INTERNAL = Set.of("system", "__databricks_internal");

    private final Crawl crawl;
    private final DatabricksSession session;

    DatabricksWorkspaceCrawl(Crawl crawl, DatabricksSession session) {
        this.crawl = crawl;
        this.session = session;
    }

    /** Reads everything, beginning with the catalogs, which were asked for already. */
    void read(DatabricksList list) throws Exception {
        List<FoundObject> catalogs = catalogs(list);
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
                new DatabricksCatalog(crawl, session, catalog).read();
            } catch (RequestRefusedException e) {
                failed++;
                if (e.isOfTheLogin() || crawl.isSubtree() || failed == catalogs.size()) {
                    throw e;
                }
                crawl.warn("catalog " + RemoteText.shown(catalog.identity().id(), crawl.execution())
                        + " could not be read, so it was left as it is; the workspace said: "
                        + RemoteText.shown(e.getMessage(), crawl.execution()));
            }
        }
    }

    private List<FoundObject> catalogs(DatabricksList list) throws Exception {
        SourceLimits limits = crawl.execution().limits();
        BoundedList<FoundObject> catalogs = new BoundedList<>(limits::checkDatabases, limits);
        for (JsonNode item = list.next(); item != null; item = list.next()) {
            String name = DatabricksItem.nameOf(item);
            if (!INTERNAL.contains(name)) {
                FoundObject catalog = new FoundObject(
                        new RemoteIdentity("", name),
                        name,
                        ObjectType.DATABASE,
                        DatabricksItem.traits(item, "catalog"),
                        DatabricksItem.comment(item),
                        ObjectDetail.NONE);
                catalogs.add(catalog, catalog.characters());
            }
        }
        return catalogs.items();
    }
}
