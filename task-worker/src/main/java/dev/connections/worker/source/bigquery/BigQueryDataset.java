package dev.connections.worker.source.bigquery;

import dev.connections.catalog.NormalizedType;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.http.JsonItem;
import dev.connections.worker.source.http.PagedList;
import java.util.Locale;

/** Reads the tables and views of datasets: a list of their names, and then one after the other. */
final class BigQueryDataset {
    private final Crawl crawl;
    private final BigQuerySession session;
    private final Container project;
    private final CountedNames refused = new CountedNames();
    private final CountedNames withoutDefinition = new CountedNames();

    BigQueryDataset(Crawl crawl, BigQuerySession session, Container project) {
        this.crawl = crawl;
        this.session = session;
        this.project = project;
    }

    /**
     * Reads all that the filters cover; what is dropped meanwhile is passed over. A table that is refused stays as it is known.
     *
     * @throws RequestRefusedException where all are
     */
    void read(Container dataset) throws Exception {
        String name = nameOf(dataset);
        boolean hasReadOne = false;
        RequestRefusedException refusal = null;
        PagedList tables = session.tables(name);
        for (JsonItem item = tables.next(); item != null; item = tables.next()) {
            crawl.execution().advance();
            String table = item.required(BigQuerySession.NAME_OF_TABLE);
            if (!crawl.covers(project, name, table)) {
                continue;
            }
            try {
                stage(dataset, table, session.table(name, table));
                hasReadOne = true;
            } catch (RequestRefusedException e) {
                if (!e.isOfOne()) {
                    throw e;
                }
                if (!e.isGone()) {
                    crawl.keep(identity(name, table));
                    refused.add(name + "/" + table);
                    refusal = e;
                }
            }
        }
        if (refusal != null && !hasReadOne) {
            throw refusal;
        }
    }

    /** Reads one table or view. */
    void readOnly(Container dataset, String table) throws Exception {
        String name = nameOf(dataset);
        if (crawl.covers(project, name, table)) {
            stage(dataset, table, session.table(name, table));
        }
    }

    /** Warns of what could not be read. */
    void warn() {
        if (!refused.isEmpty()) {
            crawl.warn("these tables could not be read, so they were left as they are, or not added: "
                    + refused.shown(crawl.execution()));
        }
        if (!withoutDefinition.isEmpty()) {
            crawl.warn("BigQuery shows the account no definitions of these views, so what is known of them was kept: "
                    + withoutDefinition.shown(crawl.execution()));
        }
    }

    private void stage(Container dataset, String name, BigQueryTable table) {
        RemoteIdentity identity = identity(nameOf(dataset), name);
        ObjectType type = BigQueryTypes.relation(table.type());
        crawl.stage(
                dataset,
                new FoundObject(
                        identity,
                        name,
                        type,
                        traits(table),
                        table.members().filledOrNull("description"),
                        table.detail()));
        if (type.normalized() == NormalizedType.VIEW) {
            String definition = table.definition();
            if (definition == null) {
                withoutDefinition.add(nameOf(dataset) + "/" + name);
            }
            crawl.addText(identity, 0, definition);
        }
    }

    private static RemoteTraits traits(BigQueryTable table) {
        JsonItem members = table.members();
        return new RemoteTraits(
                table.type().toLowerCase(Locale.ROOT).replace('_', ' '),
                members.filledOrNull("externalDataConfiguration.sourceFormat"),
                null,
                members.time("creationTime"),
                // The time of the last change is that of the rows.
                null);
    }

    private static String nameOf(Container dataset) {
        return dataset.placed().path().getLast();
    }

    /** The path, for a table has no other id. */
    private RemoteIdentity identity(String dataset, String table) {
        return new RemoteIdentity(
                project.identity().id() + "/table", BigQueryTypes.quoted(dataset) + "." + BigQueryTypes.quoted(table));
    }
}
