package dev.connections.worker.crawl;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the inside of one database: schemas first, then the streams of their relations. */
final class PostgresDatabase {
    private final Crawl crawl;
    private final Connection jdbc;
    private final Container database;
    private final String databaseName;
    private final @Nullable Long only;
    private final Map<Long, Schema> schemas = new HashMap<>();

    /** A schema whose relations are read; it is staged at once, or with the only relation that the crawl reads. */
    private static final class Schema {
        private final FoundObject found;
        private final boolean readable;
        private @Nullable Container container;

        Schema(FoundObject found, boolean readable) {
            this.found = found;
            this.readable = readable;
        }
    }

    PostgresDatabase(Crawl crawl, Connection jdbc, Container database) {
        this.crawl = crawl;
        this.jdbc = jdbc;
        this.database = database;
        this.databaseName = database.placed().path().getLast();
        RemoteIdentity relation = crawl.onlyRelation();
        this.only = relation == null ? null : Long.valueOf(relation.id());
    }

    /** The identity of a relation or schema of the database. */
    private RemoteIdentity identity(String kind, long oid) {
        return new RemoteIdentity(database.identity().id() + "/" + kind, String.valueOf(oid));
    }

    void read() throws SQLException {
        readSchemas();
        readRelations();
        if (only == null) {
            for (Schema schema : schemas.values()) {
                if (schema.container != null && schema.readable) {
                    crawl.listed(schema.container);
                }
            }
            crawl.listed(database);
        }
    }

    private void readSchemas() throws SQLException {
        try (Statement statement = jdbc.createStatement();
                ResultSet row = statement.executeQuery(PostgresSql.SCHEMAS)) {
            while (row.next()) {
                RemoteIdentity identity = identity("schema", row.getLong(1));
                String name = row.getString(2);
                if (crawl.reaches(database, identity, name)) {
                    FoundObject found = new FoundObject(
                            identity,
                            name,
                            ObjectType.SCHEMA,
                            RemoteTraits.of("schema", null, null),
                            row.getString(3),
                            ObjectDetail.NONE);
                    addSchema(row.getLong(1), new Schema(found, row.getBoolean(4)));
                }
            }
        }
    }

    private void addSchema(long oid, Schema schema) {
        schemas.put(oid, schema);
        if (only == null) {
            schema.container = crawl.enter(database, schema.found);
            warnUnlessReadable(schema);
        }
    }

    private void warnUnlessReadable(Schema schema) {
        if (!schema.readable) {
            crawl.warn("the account has no USAGE privilege on schema " + databaseName + "/" + schema.found.name()
                    + ", so its inside was left as it is");
        }
    }

    private void readRelations() throws SQLException {
        List<Long> read = schemas.entrySet().stream()
                .filter(entry -> isRead(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (read.isEmpty()) {
            return;
        }
        try (PostgresStreams relations = new PostgresStreams(jdbc, new RelationFilter(read, only))) {
            while (relations.next()) {
                Schema schema = schemas.get(relations.schema());
                if (schema != null) {
                    readRelation(relations, schema);
                }
            }
        }
    }

    private boolean isRead(Schema schema) {
        return only != null || (schema.readable && schema.container != null && crawl.reads(schema.container));
    }

    private void readRelation(PostgresStreams relations, Schema schema) throws SQLException {
        RemoteIdentity identity = identity("relation", relations.oid());
        if (only != null && !schema.readable) {
            warnUnlessReadable(schema);
            crawl.exists(identity);
            return;
        }
        if (!crawl.covers(database, schema.found.name(), relations.name())) {
            return;
        }
        if (schema.container == null) {
            schema.container = crawl.enter(database, schema.found);
        }
        crawl.relation(schema.container, relations.read(identity, databaseName));
    }
}
