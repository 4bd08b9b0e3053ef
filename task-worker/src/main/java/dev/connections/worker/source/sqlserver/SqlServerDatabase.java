package dev.connections.worker.source.sqlserver;

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
import dev.connections.worker.source.jdbc.PendingTexts;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the inside of one database: schemas, types, relations, and then definitions and expressions. */
final class SqlServerDatabase {
    private final Crawl crawl;
    private final SqlServerSessions sessions;
    private final SqlServerVersion version;
    private final Container database;
    private final String databaseName;
    private final SourceLimits limits;
    private final Map<Integer, Schema> schemas = new HashMap<>();
    private boolean allSchemas;
    private final PendingTexts texts = new PendingTexts();
    /** Whether relations were read past that the filters do not cover, or that are in a schema which is not read. */
    private boolean leftSomeOut;

    /** A schema that the crawl reaches; it is staged at once, or with the only relation that the crawl reads. */
    private static final class Schema {
        private final FoundObject found;
        private @Nullable Container container;

        Schema(FoundObject found) {
            this.found = found;
        }

        Container enter(Crawl crawl, Container database) {
            Container entered = container;
            if (entered == null) {
                entered = crawl.enter(database, found);
                container = entered;
            }
            return entered;
        }
    }

    SqlServerDatabase(Crawl crawl, SqlServerSessions sessions, SqlServerVersion version, Container database) {
        this.crawl = crawl;
        this.sessions = sessions;
        this.version = version;
        this.database = database;
        this.databaseName = database.placed().path().getLast();
        this.limits = crawl.execution().limits();
    }

    void read() throws SQLException {
        readSchemas();
        Crawl.OneRelation start = crawl.onlyRelation();
        Integer only = start == null ? null : find(start);
        List<Integer> read = schemas.entrySet().stream()
                .filter(entry -> isRead(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (!read.isEmpty() && (start == null || only != null)) {
            SqlServerSql.Scope scope = new SqlServerSql.Scope(allSchemas ? null : read, only);
            SqlServerTypes types = SqlServerTypes.of(sessions.forStructure(), limits);
            try (SqlServerStructure relations = new SqlServerStructure(sessions, version, types, scope, limits)) {
                sessions.read(() -> readRelations(relations));
            }
            complete();
            readTexts(leftSomeOut ? null : scope);
        } else {
            complete();
        }
    }

    private void complete() {
        if (!crawl.isOfOneRelation()) {
            schemas.values().forEach(schema -> crawl.complete(schema.enter(crawl, database)));
            crawl.complete(database);
        }
    }

    private void readSchemas() throws SQLException {
        Map<Integer, FoundObject> all = new HashMap<>();
        BoundedList<FoundObject> found = new BoundedList<>(limits::checkSchemas, limits);
        SqlServerAnswers.read(sessions.forStructure(), SqlServerSql.SCHEMAS, row -> {
            while (row.next()) {
                String name = String.valueOf(row.getString(2));
                FoundObject schema = new FoundObject(
                        // No schema is ever renamed, and the number of one that was dropped goes to the next.
                        identity("schema", name),
                        name,
                        ObjectType.SCHEMA,
                        RemoteTraits.of("schema", null, null),
                        row.getString(3),
                        ObjectDetail.NONE);
                found.add(schema, schema.characters());
                all.put(row.getInt(1), schema);
            }
        });
        crawl.recognize(database, found.items());
        all.forEach((id, schema) -> {
            if (crawl.reaches(database, schema.identity(), schema.name())) {
                Schema reached = new Schema(schema);
                schemas.put(id, reached);
                if (!crawl.isOfOneRelation()) {
                    reached.enter(crawl, database);
                }
            }
        });
        allSchemas = schemas.size() == all.size() && schemas.values().stream().allMatch(this::isRead);
    }

    private boolean isRead(Schema schema) {
        return crawl.isOfOneRelation() || (schema.container != null && crawl.reads(schema.container));
    }

    private RemoteIdentity identity(String kind, String id) {
        return new RemoteIdentity(database.identity().id() + "/" + kind, id);
    }

    private RemoteIdentity relation(int id) {
        return identity("relation", String.valueOf(id));
    }

    /** Finds the only relation by its id, or where that is gone by its names; null where there is none. */
    private @Nullable Integer find(Crawl.OneRelation start) throws SQLException {
        // The id of another database, which was here under the same name, says nothing.
        boolean ofHere = start.identity().scope().equals(relation(0).scope());
        long id = ofHere ? Long.parseLong(start.identity().id()) : 0;
        String sql = SqlServerSql.find(id, start.path().get(1), start.path().getLast());
        List<Integer> found = new ArrayList<>();
        SqlServerAnswers.read(sessions.forStructure(), sql, row -> {
            if (row.next()) {
                found.add(row.getInt(1));
            }
        });
        return found.isEmpty() ? null : found.getFirst();
    }

    private void readRelations(SqlServerStructure relations) throws SQLException {
        while (relations.next()) {
            Schema schema = schemas.get(relations.schema());
            if (schema != null && isRead(schema)) {
                read(relations, schema);
            } else {
                leftSomeOut = true;
            }
        }
    }

    private void read(SqlServerStructure relations, Schema schema) throws SQLException {
        if (!crawl.covers(database, schema.found.name(), relations.name())) {
            leftSomeOut = true;
            return;
        }
        crawl.stage(schema.enter(crawl, database), relations.read(relation(relations.id()), databaseName));
        if (relations.isView()) {
            texts.add(relations.id(), PendingTexts.DEFINITION, 0);
        }
        relations.expressions().forEach(column -> texts.add(relations.id(), column, 0));
        limits.checkDefinitions(texts.count());
    }

    /** @param whole whose relations are all read; null where some are left out */
    private void readTexts(SqlServerSql.@Nullable Scope whole) throws SQLException {
        Set<Integer> unread = new LinkedHashSet<>();
        new SqlServerTexts(sessions.forStructure(), crawl.execution(), texts, whole, (relation, number, text) -> {
                    crawl.addText(relation(relation), number, text);
                    if (text == null && unread.size() < SqlServerCrawl.MOST_NAMES) {
                        unread.add(relation);
                    }
                })
                .read();
        List<String> names = unread.isEmpty() ? List.of() : namesOf(unread);
        if (!names.isEmpty()) {
            crawl.warn(
                    "the definitions or expressions of these could not be read, so what is known of them was kept; they are"
                            + " encrypted, being altered, or hidden from an account without VIEW DEFINITION: "
                            + NameList.shown(names, crawl.execution()));
        }
    }

    /** The paths of those of the relations that are still there. */
    private List<String> namesOf(Set<Integer> relations) throws SQLException {
        List<String> names = new ArrayList<>();
        SqlServerAnswers.read(sessions.forStructure(), SqlServerSql.names(relations), row -> {
            while (row.next() && names.size() < relations.size()) {
                names.add(databaseName + "/" + row.getString(1) + "/" + row.getString(2));
            }
        });
        return names;
    }
}
