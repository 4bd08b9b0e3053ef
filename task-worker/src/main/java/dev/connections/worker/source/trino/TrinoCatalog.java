package dev.connections.worker.source.trino;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.NameList;
import dev.connections.worker.source.RemoteText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the schemas of one catalog, all its relations in one stream, and then the definitions of its views. */
final class TrinoCatalog {
    private final Crawl crawl;
    private final TrinoSession session;
    private final Container catalog;
    private final SourceLimits limits;
    /** Those whose relations are read, by name. */
    private final Map<String, Container> schemas = new HashMap<>();
    /** The views that were staged and whose definitions are still to be read. */
    private final Set<RemoteIdentity> views = new LinkedHashSet<>();

    private long charactersOfViews;

    TrinoCatalog(Crawl crawl, TrinoSession session, Container catalog) {
        this.crawl = crawl;
        this.session = session;
        this.catalog = catalog;
        this.limits = crawl.execution().limits();
    }

    void read() throws Exception {
        Crawl.OneRelation only = crawl.onlyRelation();
        boolean all = enterSchemas(only == null ? null : only.path().get(1));
        if (schemas.isEmpty()) {
            return;
        }
        TrinoSql.Scope scope = new TrinoSql.Scope(
                catalog.identity().id(),
                all ? null : schemas.keySet(),
                only == null ? null : only.path().getLast());
        try {
            readRelations(scope);
            if (!views.isEmpty()) {
                readDefinitions(scope);
            }
        } finally {
            // What was not read stays as the catalog has it.
            views.forEach(hidden -> crawl.addText(hidden, 0, null));
        }
        if (only == null) {
            schemas.values().forEach(crawl::complete);
        }
    }

    /**
     * Stages the schemas that the crawl reaches; returns whether the relations of all are read.
     *
     * @param only the name of the one to look into; null for all
     */
    private boolean enterSchemas(@Nullable String only) throws Exception {
        List<FoundObject> found = schemas();
        crawl.recognize(catalog, found);
        for (FoundObject schema : found) {
            boolean wanted = only == null || only.equals(schema.name());
            if (wanted && crawl.reaches(catalog, schema.identity(), schema.name())) {
                Container container = crawl.enter(catalog, schema);
                if (container.isEntered() && crawl.reads(container)) {
                    schemas.put(schema.name(), container);
                } else {
                    crawl.complete(container);
                }
            }
        }
        if (only == null) {
            crawl.complete(catalog);
        }
        return schemas.size() == found.size();
    }

    private List<FoundObject> schemas() throws Exception {
        BoundedList<FoundObject> found = new BoundedList<>(limits::checkSchemas, limits);
        try (TrinoRows row = session.query(TrinoSql.schemas(catalog.identity().id()), 1)) {
            while (row.next()) {
                String name = row.text(1);
                found.add(TrinoServerCrawl.container(identity(name), name, ObjectType.SCHEMA, "schema"), name.length());
            }
        }
        return found.items();
    }

    private void readRelations(TrinoSql.Scope scope) throws Exception {
        try (TrinoRows row = session.query(scope.columns(), TrinoSql.COLUMNS_SELECTED)) {
            Relation relation = null;
            while (row.next()) {
                if (relation == null || !relation.isOf(row)) {
                    stage(relation);
                    relation = new Relation(row, limits);
                }
                relation.add(row);
            }
            stage(relation);
        }
    }

    private void stage(@Nullable Relation relation) {
        Container schema = relation == null ? null : schemas.get(relation.schema);
        if (relation == null || schema == null || !crawl.covers(schema, relation.name)) {
            return;
        }
        RemoteIdentity identity = identity(relation.schema, relation.name);
        if (relation.columns.isEmpty()) {
            crawl.warn("the columns of " + shown(relation)
                    + " could not be read, so it was left as it is; a view may be broken, or select from what its owner"
                    + " may not read");
            crawl.keep(identity);
            return;
        }
        if (relation.isView()) {
            views.add(identity);
            limits.checkDefinitions(views.size());
            charactersOfViews += identity.id().length();
            limits.checkList(charactersOfViews);
        }
        crawl.stage(schema, relation.found(identity));
    }

    private void readDefinitions(TrinoSql.Scope scope) throws Exception {
        try (TrinoRows row = session.query(scope.definitions(), TrinoSql.DEFINITIONS_SELECTED)) {
            while (row.next()) {
                String definition = row.textOrNull(3);
                RemoteIdentity identity = identity(row.text(1), row.text(2));
                if (definition != null && !definition.isEmpty() && views.remove(identity)) {
                    crawl.addText(identity, 0, definition);
                }
            }
        }
        if (!views.isEmpty()) {
            List<String> hidden = views.stream().map(RemoteIdentity::id).toList();
            crawl.warn("the definitions of these views of catalog "
                    + RemoteText.shown(catalog.identity().id(), crawl.execution())
                    + " could not be read, so what is known of them was kept: "
                    + NameList.shown(hidden, crawl.execution()));
        }
    }

    /** Quoted as in a statement, so that no two paths are one. */
    private RemoteIdentity identity(String... names) {
        StringBuilder path = new StringBuilder();
        for (String name : names) {
            path.append(path.isEmpty() ? "" : ".")
                    .append('"')
                    .append(name.replace("\"", "\"\""))
                    .append('"');
        }
        return new RemoteIdentity(catalog.identity().id(), path.toString());
    }

    private String shown(Relation relation) {
        return RemoteText.shown(
                catalog.identity().id() + "/" + relation.schema + "/" + relation.name, crawl.execution());
    }

    /** A table or view while its columns come. */
    private static final class Relation {
        private final SourceLimits limits;
        private final String schema;
        private final String name;
        private final String type;
        private final boolean materialized;
        private final @Nullable String comment;
        private final List<Column> columns = new ArrayList<>();
        private long characters;

        Relation(TrinoRows first, SourceLimits limits) {
            this.limits = limits;
            this.schema = first.text(1);
            this.name = first.text(2);
            this.type = first.text(3);
            this.materialized = Boolean.parseBoolean(first.text(4));
            this.comment = first.textOrNull(5);
        }

        boolean isOf(TrinoRows row) {
            return row.text(2).equals(name) && row.text(1).equals(schema);
        }

        boolean isView() {
            return materialized || type.equals("VIEW");
        }

        void add(TrinoRows row) {
            if (row.textOrNull(7) == null) {
                return;
            }
            String dataType = row.text(8);
            Column column = new Column(
                    row.text(7),
                    columns.size() + 1,
                    dataType,
                    TrinoTypes.column(dataType),
                    !row.text(9).equals("NO"),
                    row.textOrNull(10),
                    false,
                    false,
                    row.textOrNull(11));
            columns.add(column);
            limits.checkRelationRows(columns.size());
            characters += column.name().length()
                    + dataType.length()
                    + row.text(10).length()
                    + row.text(11).length();
            limits.checkRelation(characters);
        }

        FoundObject found(RemoteIdentity identity) {
            return new FoundObject(
                    identity,
                    name,
                    TrinoTypes.relation(type, materialized),
                    RemoteTraits.of(type.toLowerCase(Locale.ROOT), null, null),
                    comment == null || comment.isEmpty() ? null : comment,
                    new ObjectDetail(columns, List.of(), List.of(), null));
        }
    }
}
