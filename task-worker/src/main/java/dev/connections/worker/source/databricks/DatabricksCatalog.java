package dev.connections.worker.source.databricks;

import dev.connections.catalog.NormalizedType;
import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.CountedNames;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.databricks.KeyStatements.Place;
import dev.connections.worker.source.http.JsonItem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Reads the schemas of one catalog, and the tables and views of each with their columns. */
final class DatabricksCatalog {
    private final Crawl crawl;
    private final DatabricksSession session;
    private final CatalogKeys keys;
    private final Container catalog;
    private final String name;
    private final SourceLimits limits;
    private final CountedNames withoutColumns = new CountedNames();
    private final CountedNames withoutDefinition = new CountedNames();

    /** A schema, which is staged at once or with the only relation that the crawl reads. */
    private record Schema(String name, FoundObject found) {}

    /** A table or view, and the schema that it is in. */
    private record Found(Schema schema, JsonItem table) {}

    DatabricksCatalog(Crawl crawl, DatabricksSession session, DatabricksKeys keys, Container catalog) {
        this.crawl = crawl;
        this.session = session;
        this.catalog = catalog;
        this.name = catalog.placed().path().getLast();
        this.keys = keys.of(name);
        this.limits = crawl.execution().limits();
    }

    void read() throws Exception {
        Crawl.OneRelation only = crawl.onlyRelation();
        List<Schema> schemas = schemas();
        crawl.recognize(catalog, schemas.stream().map(Schema::found).toList());
        List<Schema> reached = schemas.stream()
                .filter(schema -> crawl.reaches(catalog, schema.found.identity(), schema.name))
                .toList();
        try {
            if (only == null) {
                readAll(reached);
            } else {
                readOnly(reached, only);
            }
        } finally {
            keys.keepWaiting();
            warnOfTheHidden();
        }
    }

    private void warnOfTheHidden() {
        if (!withoutColumns.isEmpty()) {
            crawl.warn("the workspace shows the account no columns of these tables of catalog " + shownName()
                    + ", so they were left as they are, or not added: " + withoutColumns.shown(crawl.execution()));
        }
        if (!withoutDefinition.isEmpty()) {
            crawl.warn("the workspace shows the account no definitions of these views of catalog " + shownName()
                    + ", so what is known of them was kept: " + withoutDefinition.shown(crawl.execution()));
        }
    }

    private String shownName() {
        return RemoteText.shown(name, crawl.execution());
    }

    private void readAll(List<Schema> reached) throws Exception {
        List<Container> entered = new ArrayList<>();
        for (Schema schema : reached) {
            Container container = crawl.enter(catalog, schema.found);
            if (container.isEntered() && crawl.reads(container)) {
                entered.add(container);
            } else {
                crawl.complete(container);
            }
        }
        crawl.complete(catalog);
        if (!entered.isEmpty()) {
            keys.read(entered.stream().map(DatabricksCatalog::nameOf).toList());
        }
        CountedNames failed = new CountedNames();
        String why = null;
        int refused = 0;
        for (Container schema : entered) {
            try {
                readTables(schema);
                crawl.complete(schema);
            } catch (RequestRefusedException e) {
                refused++;
                if (e.isOfTheLogin() || crawl.isSubtree() || refused == entered.size()) {
                    throw e;
                }
                failed.add(nameOf(schema));
                why = e.getMessage();
            }
        }
        keys.end();
        if (!failed.isEmpty()) {
            crawl.warn("these schemas of catalog " + shownName()
                    + " could not be read, so what is known of them was kept: "
                    + failed.shown(crawl.execution()) + "; the workspace said: "
                    + RemoteText.shown(why, crawl.execution()));
        }
    }

    private static String nameOf(Container schema) {
        return schema.placed().path().getLast();
    }

    private void readTables(Container schema) throws Exception {
        String schemaName = nameOf(schema);
        DatabricksList tables = session.tables(name, schemaName);
        for (JsonItem table = tables.next(); table != null; table = tables.next()) {
            stage(schema, schemaName, table);
            crawl.execution().advance();
        }
    }

    /** Reads the relation with the identity, wherever in the catalog it is now; or where that is gone the one of its path. */
    private void readOnly(List<Schema> reached, Crawl.OneRelation only) throws Exception {
        String last = only.path().get(1);
        List<Schema> lastFirst = reached.stream()
                .sorted(Comparator.comparing(schema -> !schema.name.equals(last)))
                .toList();
        Found found = null;
        for (Schema schema : lastFirst) {
            DatabricksList tables = session.tables(name, schema.name);
            for (JsonItem table = tables.next(); table != null; table = tables.next()) {
                crawl.execution().advance();
                if (identity(schema.name, table).equals(only.identity())) {
                    stage(new Found(schema, table));
                    return;
                }
                if (schema.name.equals(last)
                        && DatabricksItem.nameOf(table).equals(only.path().getLast())) {
                    found = new Found(schema, table);
                }
            }
        }
        if (found != null) {
            stage(found);
        }
    }

    private void stage(Found found) throws Exception {
        keys.readOf(new Place(found.schema.name, DatabricksItem.nameOf(found.table)));
        stage(crawl.enter(catalog, found.schema.found), found.schema.name, found.table);
    }

    private List<Schema> schemas() throws Exception {
        BoundedList<Schema> schemas = new BoundedList<>(limits::checkSchemas, limits);
        DatabricksList list = session.schemas(name);
        for (JsonItem item = list.next(); item != null; item = list.next()) {
            String schema = DatabricksItem.nameOf(item);
            String id = item.text("schema_id");
            FoundObject found = new FoundObject(
                    new RemoteIdentity(catalog.identity().id() + "/schema", id.isEmpty() ? quoted(schema) : id),
                    schema,
                    ObjectType.SCHEMA,
                    DatabricksItem.traits(item, "schema"),
                    item.filledOrNull("comment"),
                    ObjectDetail.NONE);
            schemas.add(new Schema(schema, found), found.characters());
        }
        return schemas.items();
    }

    private void stage(Container schema, String schemaName, JsonItem table) throws Exception {
        String relation = DatabricksItem.nameOf(table);
        if (!crawl.covers(catalog, schemaName, relation)) {
            return;
        }
        RemoteIdentity identity = identity(schemaName, table);
        List<Column> columns = DatabricksItem.columns(table, limits);
        if (columns == null) {
            crawl.keep(identity);
            withoutColumns.add(schemaName + "/" + relation);
            return;
        }
        String tableType = table.text("table_type");
        ObjectType type = DatabricksTypes.relation(tableType);
        crawl.stage(
                schema,
                new FoundObject(
                        identity,
                        relation,
                        type,
                        DatabricksItem.traits(
                                table, tableType.toLowerCase(Locale.ROOT).replace('_', ' ')),
                        table.filledOrNull("comment"),
                        new ObjectDetail(columns, List.of(), List.of(), null)));
        if (type.normalized() == NormalizedType.TABLE) {
            keys.stage(identity, new Place(schemaName, relation));
        }
        String definition = table.filledOrNull("view_definition");
        if (definition == null && type.normalized() == NormalizedType.VIEW) {
            withoutDefinition.add(schemaName + "/" + relation);
        }
        if (definition != null || type.normalized() == NormalizedType.VIEW) {
            crawl.addText(identity, 0, definition);
        }
    }

    /** The workspace's own id, which a new name leaves as it is; else the path. */
    private RemoteIdentity identity(String schema, JsonItem table) throws Exception {
        String id = table.text("table_id");
        return new RemoteIdentity(
                catalog.identity().id() + "/table",
                id.isEmpty() ? quoted(schema) + "." + quoted(DatabricksItem.nameOf(table)) : id);
    }

    private static String quoted(String text) {
        return QuotedPath.quoted(text, '`');
    }
}
