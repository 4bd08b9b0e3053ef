package dev.connections.worker.source.databricks;

import dev.connections.catalog.NormalizedType;
import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.NameList;
import dev.connections.worker.source.RemoteText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads the schemas of one catalog, and the tables and views of each with their columns. */
final class DatabricksCatalog {
    private final Crawl crawl;
    private final DatabricksSession session;
    private final Container catalog;
    private final String name;
    private final SourceLimits limits;
    /** Tables that the account may browse and whose columns it is not shown. */
    private final BoundedList<String> hidden;

    /** A schema, which is staged at once or with the only relation that the crawl reads. */
    private record Schema(String name, FoundObject found) {}

    DatabricksCatalog(Crawl crawl, DatabricksSession session, Container catalog) {
        this.crawl = crawl;
        this.session = session;
        this.catalog = catalog;
        this.name = catalog.placed().path().getLast();
        this.limits = crawl.execution().limits();
        this.hidden = new BoundedList<>(limits::checkDefinitions, limits);
    }

    void read() throws Exception {
        Crawl.OneRelation only = crawl.onlyRelation();
        List<Schema> schemas = schemas();
        crawl.recognize(catalog, schemas.stream().map(Schema::found).toList());
        if (only == null) {
            readAll(schemas);
        } else {
            readOnly(schemas, only);
        }
        if (!hidden.items().isEmpty()) {
            crawl.warn("the workspace shows the account no columns of these tables of catalog "
                    + RemoteText.shown(name, crawl.execution()) + ", so they were left as they are: "
                    + NameList.shown(hidden.items(), crawl.execution()));
        }
    }

    private void readAll(List<Schema> schemas) throws Exception {
        List<Container> entered = new ArrayList<>();
        for (Schema schema : schemas) {
            if (crawl.reaches(catalog, schema.found.identity(), schema.name)) {
                Container container = crawl.enter(catalog, schema.found);
                if (container.isEntered() && crawl.reads(container)) {
                    entered.add(container);
                } else {
                    crawl.complete(container);
                }
            }
        }
        crawl.complete(catalog);
        List<String> failed = new ArrayList<>();
        String why = null;
        for (Container schema : entered) {
            try {
                readTables(schema);
                crawl.complete(schema);
            } catch (RequestRefusedException e) {
                failed.add(schema.placed().path().getLast());
                if (e.isOfTheLogin() || crawl.isSubtree() || failed.size() == entered.size()) {
                    throw e;
                }
                why = e.getMessage();
            }
        }
        if (!failed.isEmpty()) {
            crawl.warn("these schemas of catalog " + RemoteText.shown(name, crawl.execution())
                    + " could not be read, so what is known of them was kept: "
                    + NameList.shown(failed, crawl.execution()) + "; the workspace said: "
                    + RemoteText.shown(why, crawl.execution()));
        }
    }

    private void readTables(Container schema) throws Exception {
        String schemaName = schema.placed().path().getLast();
        DatabricksList tables = session.tables(name, schemaName);
        for (JsonNode table = tables.next(); table != null; table = tables.next()) {
            stage(schema, schemaName, table);
        }
    }

    /** Reads the relation with the identity, or where that is gone the one that has its path now. */
    private void readOnly(List<Schema> schemas, Crawl.OneRelation only) throws Exception {
        for (Schema schema : schemas) {
            if (schema.name.equals(only.path().get(1))
                    && crawl.reaches(catalog, schema.found.identity(), schema.name)) {
                JsonNode table = find(schema.name, only);
                if (table != null) {
                    stage(crawl.enter(catalog, schema.found), schema.name, table);
                }
            }
        }
    }

    private @Nullable JsonNode find(String schema, Crawl.OneRelation only) throws Exception {
        JsonNode ofItsPath = null;
        DatabricksList tables = session.tables(name, schema);
        for (JsonNode table = tables.next(); table != null; table = tables.next()) {
            if (identity(schema, table).equals(only.identity())) {
                return table;
            }
            if (DatabricksItem.nameOf(table).equals(only.path().getLast())) {
                ofItsPath = table;
            }
        }
        return ofItsPath;
    }

    private List<Schema> schemas() throws Exception {
        BoundedList<Schema> schemas = new BoundedList<>(limits::checkSchemas, limits);
        DatabricksList list = session.schemas(name);
        for (JsonNode item = list.next(); item != null; item = list.next()) {
            String schema = DatabricksItem.nameOf(item);
            if (schema.equals("information_schema")) {
                continue;
            }
            String id = DatabricksItem.textOf(item, "schema_id");
            FoundObject found = new FoundObject(
                    new RemoteIdentity(catalog.identity().id() + "/schema", id.isEmpty() ? quoted(schema) : id),
                    schema,
                    ObjectType.SCHEMA,
                    DatabricksItem.traits(item, "schema"),
                    DatabricksItem.comment(item),
                    ObjectDetail.NONE);
            schemas.add(new Schema(schema, found), found.characters());
        }
        return schemas.items();
    }

    private void stage(Container schema, String schemaName, JsonNode table) throws Exception {
        String relation = DatabricksItem.nameOf(table);
        if (!crawl.covers(catalog, schemaName, relation)) {
            return;
        }
        RemoteIdentity identity = identity(schemaName, table);
        boolean isHidden = table.path("browse_only").asBoolean(false)
                && table.path("columns").isEmpty();
        if (isHidden) {
            crawl.keep(identity);
            hidden.add(schemaName + "/" + relation, schemaName.length() + relation.length());
            return;
        }
        String tableType = DatabricksItem.textOf(table, "table_type");
        ObjectType type = DatabricksTypes.relation(tableType);
        crawl.stage(
                schema,
                new FoundObject(
                        identity,
                        relation,
                        type,
                        DatabricksItem.traits(
                                table, tableType.toLowerCase(Locale.ROOT).replace('_', ' ')),
                        DatabricksItem.comment(table),
                        new ObjectDetail(DatabricksItem.columns(table, limits), List.of(), List.of(), null)));
        if (type.normalized() == NormalizedType.VIEW) {
            // A workspace that shows none to the account does not say that there is none.
            crawl.addText(identity, 0, DatabricksPage.textOrNull(table, "view_definition"));
        }
    }

    /** The workspace's own id, which a new name leaves as it is; else the path. */
    private RemoteIdentity identity(String schema, JsonNode table) throws Exception {
        String id = DatabricksItem.textOf(table, "table_id");
        return new RemoteIdentity(
                catalog.identity().id() + "/table",
                id.isEmpty() ? quoted(schema) + "." + quoted(DatabricksItem.nameOf(table)) : id);
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }
}
