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
import dev.connections.worker.source.ColumnList;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.ReachedSchemas;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.ViewTexts;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the schemas of one catalog, all its relations in one stream, and then the definitions of its views. */
final class TrinoCatalog {
    private final Crawl crawl;
    private final TrinoSession session;
    private final Container catalog;
    private final SourceLimits limits;

    TrinoCatalog(Crawl crawl, TrinoSession session, Container catalog) {
        this.crawl = crawl;
        this.session = session;
        this.catalog = catalog;
        this.limits = crawl.execution().limits();
    }

    void read() throws Exception {
        ReachedSchemas schemas = ReachedSchemas.enter(crawl, catalog, schemas());
        if (schemas.isEmpty()) {
            return;
        }
        Crawl.OneRelation only = crawl.onlyRelation();
        TrinoSql.Scope scope = new TrinoSql.Scope(
                catalog.identity().id(),
                schemas.areAll() ? null : schemas.names(),
                only == null ? null : only.path().getLast());
        String name = RemoteText.shown(catalog.identity().id(), crawl.execution());
        try (ViewTexts views = new ViewTexts(crawl, "catalog " + name)) {
            readRelations(scope, schemas, views);
            if (views.expected() > 0) {
                readDefinitions(scope, views);
            }
        }
        schemas.names().forEach(schemas::complete);
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

    private void readRelations(TrinoSql.Scope scope, ReachedSchemas schemas, ViewTexts views) throws Exception {
        try (TrinoRows row = session.query(scope.columns(), TrinoSql.COLUMNS_SELECTED)) {
            Relation relation = null;
            while (row.next()) {
                if (relation == null || !relation.isOf(row)) {
                    stage(relation, schemas, views);
                    relation = new Relation(row, limits);
                }
                relation.add(row);
            }
            stage(relation, schemas, views);
        }
    }

    private void stage(@Nullable Relation relation, ReachedSchemas schemas, ViewTexts views) {
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
            views.expect(identity);
        }
        crawl.stage(schema, relation.found(identity));
    }

    private void readDefinitions(TrinoSql.Scope scope, ViewTexts views) throws Exception {
        try (TrinoRows row = session.query(scope.definitions(), TrinoSql.DEFINITIONS_SELECTED)) {
            while (row.next()) {
                views.add(identity(row.text(1), row.text(2)), row.text(3));
            }
        }
        views.end();
    }

    private RemoteIdentity identity(String... names) {
        return new RemoteIdentity(catalog.identity().id(), QuotedPath.of(names));
    }

    private String shown(Relation relation) {
        return RemoteText.shown(
                catalog.identity().id() + "/" + relation.schema + "/" + relation.name, crawl.execution());
    }

    /** A table or view while its columns come. */
    private static final class Relation {
        private final String schema;
        private final String name;
        private final String type;
        private final boolean materialized;
        private final @Nullable String comment;
        private final ColumnList columns;

        Relation(TrinoRows first, SourceLimits limits) {
            this.columns = new ColumnList(limits);
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
            columns.add(new Column(
                    row.text(7),
                    columns.nextOrdinal(),
                    dataType,
                    TrinoTypes.column(dataType),
                    !row.text(9).equals("NO"),
                    row.textOrNull(10),
                    false,
                    false,
                    row.textOrNull(11)));
        }

        FoundObject found(RemoteIdentity identity) {
            return new FoundObject(
                    identity,
                    name,
                    TrinoTypes.relation(type, materialized),
                    // A cluster lists a materialized view as a base table.
                    RemoteTraits.of(materialized ? "materialized view" : type.toLowerCase(Locale.ROOT), null, null),
                    comment == null || comment.isEmpty() ? null : comment,
                    new ObjectDetail(columns.items(), List.of(), List.of(), null));
        }
    }
}
