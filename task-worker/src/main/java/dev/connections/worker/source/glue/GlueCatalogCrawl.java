package dev.connections.worker.source.glue;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.EachDatabase;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.PagedList;
import java.util.List;

/**
 * Reads the databases of a catalog, one after the other. Each may be refused by itself, and behind some are other systems: one
 * that fails is a warning, and what is known of it stays.
 */
final class GlueCatalogCrawl {
    private final Crawl crawl;
    private final GlueSession session;

    GlueCatalogCrawl(Crawl crawl, GlueSession session) {
        this.crawl = crawl;
        this.session = session;
    }

    /** Reads everything, beginning with the databases, which were asked for already. */
    void read(PagedList list) throws Exception {
        new EachDatabase(
                        crawl,
                        "database",
                        database -> new GlueDatabase(crawl, session, database).read(),
                        e -> e instanceof RequestRefusedException refused && !refused.isOfTheLogin())
                .read(databases(list));
    }

    private List<FoundObject> databases(PagedList list) throws Exception {
        SourceLimits limits = crawl.execution().limits();
        BoundedList<FoundObject> databases = new BoundedList<>(limits::checkDatabases, limits);
        for (JsonItem item = list.next(); item != null; item = list.next()) {
            String name = GlueItem.nameOf(item);
            FoundObject database = new FoundObject(
                    new RemoteIdentity("", name),
                    name,
                    ObjectType.DATABASE,
                    new RemoteTraits("database", null, null, GlueItem.timeOf(item, "CreateTime"), null),
                    item.filledOrNull("Description"),
                    ObjectDetail.NONE);
            databases.add(database, database.characters());
        }
        return databases.items();
    }
}
