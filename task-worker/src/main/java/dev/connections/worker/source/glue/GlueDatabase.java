package dev.connections.worker.source.glue;

import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.http.PagedList;
import tools.jackson.core.JsonParser;

/** Reads the tables and views of one database, which come with all that is wanted of them. */
final class GlueDatabase {
    private final Crawl crawl;
    private final GlueSession session;
    private final Container database;
    private final String name;
    private final SourceLimits limits;
    private final CountedNames hiddenLinks = new CountedNames();
    private final CountedNames withoutDefinition = new CountedNames();

    GlueDatabase(Crawl crawl, GlueSession session, Container database) {
        this.crawl = crawl;
        this.session = session;
        this.database = database;
        this.name = database.placed().path().getLast();
        this.limits = crawl.execution().limits();
    }

    void read() throws Exception {
        if (!crawl.reads(database)) {
            crawl.complete(database);
            return;
        }
        Crawl.OneRelation only = crawl.onlyRelation();
        try {
            if (only == null) {
                readAll();
            } else {
                GlueTable table = session.table(name, only.path().getLast());
                if (table != null) {
                    stage(table);
                } else if (!session.has(name)) {
                    crawl.keep(only.identity());
                    warnOfTheGone();
                }
            }
        } finally {
            warnOfTheHidden();
        }
    }

    private void readAll() throws Exception {
        try {
            PagedList tables = session.tables(name);
            for (JsonParser table = tables.nextObject(); table != null; table = tables.nextObject()) {
                stage(TableReader.read(table, limits));
                crawl.execution().advance();
            }
        } catch (RequestRefusedException e) {
            if (!e.isOfWhatIsGone()) {
                throw e;
            }
            warnOfTheGone();
            return;
        }
        crawl.complete(database);
    }

    private void stage(GlueTable table) throws Exception {
        String relation = table.name();
        if (!crawl.covers(database, relation)) {
            return;
        }
        RemoteIdentity identity = new RemoteIdentity(database.identity().id(), relation);
        if (table.isLink() && table.columns().isEmpty()) {
            crawl.keep(identity);
            hiddenLinks.add(relation);
            return;
        }
        GlueRelation found = new GlueRelation(table, limits);
        crawl.stage(database, found.found(identity));
        if (found.isView()) {
            String definition = found.definition();
            if (definition == null) {
                withoutDefinition.add(relation);
            }
            crawl.addText(identity, 0, definition);
        }
    }

    private void warnOfTheGone() {
        crawl.warn("Glue has no database " + shownName() + " when asked for its tables, so what is known of it was"
                + " kept; it was dropped at that moment, or is a link to one that is gone");
    }

    private void warnOfTheHidden() {
        if (!hiddenLinks.isEmpty()) {
            crawl.warn("Glue shows no columns behind these resource links of database " + shownName()
                    + ", so they were left as they are, or not added; what they lead to is gone, or needs DESCRIBE in Lake"
                    + " Formation: " + hiddenLinks.shown(crawl.execution()));
        }
        if (!withoutDefinition.isEmpty()) {
            crawl.warn("Glue has no definitions of these views of database " + shownName()
                    + ", so what is known of them was kept: " + withoutDefinition.shown(crawl.execution()));
        }
    }

    private String shownName() {
        return RemoteText.shown(name, crawl.execution());
    }
}
