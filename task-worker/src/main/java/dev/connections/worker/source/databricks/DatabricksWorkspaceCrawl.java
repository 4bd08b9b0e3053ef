package dev.connections.worker.source.databricks;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.EachDatabase;
import dev.connections.worker.source.http.JsonItem;
import java.util.List;

/**
 * Reads the catalogs of a workspace that the account may browse, one after the other. Behind some of them are other systems:
 * one that fails is a warning, and what is known of it stays.
 */
final class DatabricksWorkspaceCrawl {
    private final Crawl crawl;
    private final DatabricksSession session;
    private final DatabricksKeys keys;

    DatabricksWorkspaceCrawl(Crawl crawl, DatabricksSession session, DatabricksKeys keys) {
        this.crawl = crawl;
        this.session = session;
        this.keys = keys;
    }

    /** Reads everything, beginning with the catalogs, which were asked for already. */
    void read(DatabricksList list) throws Exception {
        new EachDatabase(
                        crawl,
                        "catalog",
                        catalog -> new DatabricksCatalog(crawl, session, keys, catalog).read(),
                        e -> e instanceof RequestRefusedException refused && !refused.isOfTheLogin())
                .read(catalogs(list));
    }

    private List<FoundObject> catalogs(DatabricksList list) throws Exception {
        SourceLimits limits = crawl.execution().limits();
        BoundedList<FoundObject> catalogs = new BoundedList<>(limits::checkDatabases, limits);
        for (JsonItem item = list.next(); item != null; item = list.next()) {
            String name = DatabricksItem.nameOf(item);
            FoundObject catalog = new FoundObject(
                    new RemoteIdentity("", name),
                    name,
                    ObjectType.DATABASE,
                    DatabricksItem.traits(item, "catalog"),
                    item.filledOrNull("comment"),
                    ObjectDetail.NONE);
            catalogs.add(catalog, catalog.characters());
        }
        return catalogs.items();
    }
}
