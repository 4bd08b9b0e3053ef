package dev.connections.worker.source.redshift;

import dev.connections.catalog.NormalizedType;
import dev.connections.catalog.ObjectDetail;
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
import dev.connections.worker.source.jdbc.ReadTransaction;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the inside of one database: schemas, their relations, external tables, and then the definitions of views. */
final class RedshiftDatabase {
    /** In a warning. */
    private static final int MOST_NAMES = 100;

    private final Crawl crawl;
    private final RedshiftSessions sessions;
    private final Container database;
    private final String databaseName;
    private final SourceLimits limits;
    private final Map<Long, RedshiftSchema> schemas = new HashMap<>();
    /** Materialized views, by what the tables of their rows say. */
    private final Set<MaterializedView> materialized = new HashSet<>();
    /** The views that were staged. */
    private final List<Long> views = new ArrayList<>();
    /** Late-binding views of which the cluster lists no column. */
    private final BoundedList<String> withoutColumns;

    private record MaterializedView(long schema, String name) {}

    RedshiftDatabase(Crawl crawl, RedshiftSessions sessions, Container database) {
        this.crawl = crawl;
        this.sessions = sessions;
        this.database = database;
        this.databaseName = database.placed().path().getLast();
        this.limits = crawl.execution().limits();
        this.withoutColumns = new BoundedList<>(limits::checkDefinitions, limits);
    }

    void read() throws SQLException {
        ReadTransaction.of(sessions.forStructure(), () -> {
            readSchemas();
            return true;
        });
        readRelations();
        new RedshiftExternalTables(crawl, sessions.forStructure(), database).read(schemas.values());
        if (!crawl.isOfOneRelation()) {
            crawl.complete(database);
        }
        readDefinitions();
    }

    private void readDefinitions() throws SQLException {
        List<Long> unread = new ArrayList<>();
        new RedshiftDefinitions(sessions.forStructure(), crawl.execution(), (view, definition) -> {
                    crawl.addText(relation(view), 0, definition);
                    if (definition == null) {
                        unread.add(view);
                    }
                })
                .read(views);
        List<String> names = unread.isEmpty() ? List.of() : namesOf(unread);
        if (!names.isEmpty()) {
            crawl.warn("the definitions of these views could not be read, so what is known of them was kept: "
                    + NameList.shown(names, crawl.execution()));
        }
    }

    /** The paths of those of the relations that are still there; as many as are worth a warning. */
    private List<String> namesOf(List<Long> relations) throws SQLException {
        List<String> names = new ArrayList<>();
        List<Long> shown = relations.subList(0, Math.min(relations.size(), MOST_NAMES));
        try (Statement statement = sessions.forStructure().createStatement();
                ResultSet row = statement.executeQuery(RedshiftSql.names(shown))) {
            while (row.next()) {
                names.add(databaseName + "/" + row.getString(1) + "/" + row.getString(2));
            }
        }
        return names;
    }

    private RemoteIdentity identity(String kind, long oid) {
        return new RemoteIdentity(database.identity().id() + "/" + kind, String.valueOf(oid));
    }

    private RemoteIdentity relation(long oid) {
        return identity("relation", oid);
    }

    private void readSchemas() throws SQLException {
        List<RedshiftSchema> all = new ArrayList<>();
        BoundedList<FoundObject> found = new BoundedList<>(limits::checkSchemas, limits);
        try (PreparedStatement statement = RedshiftSql.list(sessions.forStructure(), RedshiftSql.SCHEMAS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                int kind = row.getInt(5);
                boolean external = !row.wasNull();
                FoundObject schema = new FoundObject(
                        identity("schema", row.getLong(1)),
                        String.valueOf(row.getString(2)),
                        ObjectType.SCHEMA,
                        RemoteTraits.of(external ? "external schema" : "schema", null, external ? kindOf(kind) : null),
                        row.getString(3),
                        ObjectDetail.NONE);
                found.add(schema, schema.characters());
                all.add(new RedshiftSchema(row.getLong(1), schema, row.getBoolean(4), external));
            }
        }
        crawl.recognize(database, found.items());
        for (RedshiftSchema schema : all) {
            if (crawl.reaches(
                    database, schema.found().identity(), schema.found().name())) {
                add(schema);
            }
        }
    }

    private void add(RedshiftSchema schema) {
        schemas.put(schema.oid(), schema);
        if (!crawl.isOfOneRelation()) {
            schema.enter(crawl, database);
            warnUnlessReadable(schema);
        }
    }

    /** pg_external_schema.eskind. Source: AWS's documentation of SVV_EXTERNAL_SCHEMAS. */
    private static String kindOf(int kind) {
        return switch (kind) {
            case 1 -> "data catalog";
            case 2 -> "Hive metastore";
            case 3 -> "PostgreSQL";
            case 4 -> "Redshift in this cluster";
            case 5 -> "Redshift in another cluster";
            case 8 -> "MySQL";
            case 9 -> "Kinesis";
            case 10 -> "Kafka";
            default -> "external";
        };
    }

    private void warnUnlessReadable(RedshiftSchema schema) {
        if (!schema.isReadable()) {
            crawl.warn("the account has no USAGE privilege on schema "
                    + shown(schema.found().name()) + ", so its inside was left as it is");
        }
    }

    private void readRelations() throws SQLException {
        List<Long> read = schemas.values().stream()
                .filter(schema -> !schema.isExternal() && schema.isRead(crawl))
                .map(RedshiftSchema::oid)
                .toList();
        Crawl.OneRelation start = crawl.onlyRelation();
        Long only = start == null ? null : find(start);
        if (!read.isEmpty() && (start == null || only != null)) {
            RedshiftSql.Scope scope = new RedshiftSql.Scope(read, only);
            ReadTransaction.of(
                    sessions.forStructure(),
                    () -> ReadTransaction.of(sessions.forLateBinding(), () -> {
                        readRelations(scope);
                        return true;
                    }));
        }
        for (RedshiftSchema schema : schemas.values()) {
            if (!schema.isExternal()) {
                schema.complete(crawl);
            }
        }
    }

    private void readRelations(RedshiftSql.Scope scope) throws SQLException {
        readMaterialized(scope);
        try (RedshiftStructure relations = new RedshiftStructure(sessions, scope, limits)) {
            while (relations.next()) {
                RedshiftSchema schema = schemas.get(relations.schema());
                if (schema != null) {
                    read(relations, schema, scope.only() != null);
                }
            }
            if (!withoutColumns.items().isEmpty()) {
                crawl.warn(notListed(relations.notListed()));
            }
        }
    }

    /** Finds the only relation by its id, or where that is gone by its names; null where there is none. */
    private @Nullable Long find(Crawl.OneRelation start) throws SQLException {
        // The id of another database, or of an external table, says nothing here.
        boolean ofHere = start.identity().scope().equals(relation(0).scope());
        long oid = ofHere ? Long.parseLong(start.identity().id()) : 0;
        try (PreparedStatement statement = sessions.forStructure().prepareStatement(RedshiftSql.FIND)) {
            statement.setLong(1, oid);
            statement.setString(2, start.path().getLast());
            statement.setString(3, start.path().get(1));
            statement.setLong(4, oid);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : null;
            }
        }
    }

    private void readMaterialized(RedshiftSql.Scope scope) throws SQLException {
        BoundedList<MaterializedView> found = new BoundedList<>(limits::checkDefinitions, limits);
        try (PreparedStatement statement = scope.materialized(sessions.forStructure());
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String table = String.valueOf(row.getString(2));
                String view = table.substring("mv_tbl__".length(), table.lastIndexOf("__"));
                found.add(new MaterializedView(row.getLong(1), view), view.length());
            }
        }
        materialized.addAll(found.items());
    }

    private void read(RedshiftStructure relations, RedshiftSchema schema, boolean isOnly) throws SQLException {
        RemoteIdentity identity = relation(relations.oid());
        String name = relations.name();
        if (isOnly && !schema.isReadable()) {
            warnUnlessReadable(schema);
            crawl.keep(identity);
            return;
        }
        if (!crawl.covers(database, schema.found().name(), name)) {
            return;
        }
        FoundObject found =
                relations.read(identity, databaseName, materialized.contains(new MaterializedView(schema.oid(), name)));
        boolean isView = found.type().normalized() == NormalizedType.VIEW;
        if (isView && found.detail().columns().isEmpty()) {
            String path = databaseName + "/" + schema.found().name() + "/" + name;
            withoutColumns.add(path, path.length());
            crawl.stageIfNew(schema.enter(crawl, database), found);
        } else {
            crawl.stage(schema.enter(crawl, database), found);
        }
        if (isView) {
            views.add(relations.oid());
            limits.checkDefinitions(views.size());
        }
    }

    private String notListed(@Nullable SQLException why) {
        String names = NameList.shown(withoutColumns.items(), crawl.execution());
        return why == null
                ? "the cluster lists no columns for these late-binding views, which select from what is gone or from what the"
                        + " account may not use (GRANT USAGE ON SCHEMA, GRANT SELECT ON ALL TABLES IN SCHEMA); new ones have no"
                        + " columns in the catalog, the others were left as they are: " + names
                : "the columns of late-binding views could not be listed; new ones have none in the catalog, the others were"
                        + " left as they are: " + names
                        + ": " + RemoteText.shown(why.getMessage(), crawl.execution());
    }

    private String shown(String schema) {
        return RemoteText.shown(databaseName + "/" + schema, crawl.execution());
    }
}
