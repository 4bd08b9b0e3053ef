package dev.connections.worker.source.postgresql;

import dev.connections.catalog.ObjectDetail;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.crawl.Container;
import dev.connections.worker.crawl.Crawl;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.source.jdbc.PendingTexts;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the inside of one database: first its structure, schemas and then relations, in one snapshot of the catalogs, which
 * locks no relation; then the texts that are not to be had without a lock.
 */
final class PostgresDatabase {
    private static final String NOT_UTF8 = " has bytes that are not UTF-8; they were replaced";

    private final Crawl crawl;
    private final Connection jdbc;
    private final Container database;
    private final String databaseName;
    private final PendingTexts broken;
    private final SourceLimits limits;
    private final PostgresText text = new PostgresText();
    private final Map<Long, Schema> schemas = new HashMap<>();
    private PendingTexts pending = new PendingTexts();
    /** The only relation to read, where the crawl is of one and the database has it. */
    private @Nullable Long only;

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

    /**
     * Reads on a connection in auto-commit mode.
     *
     * @param broken expressions that are known to make the server fail
     */
    PostgresDatabase(Crawl crawl, Connection jdbc, Container database, PendingTexts broken) {
        this.crawl = crawl;
        this.jdbc = jdbc;
        this.database = database;
        this.databaseName = database.placed().path().getLast();
        this.broken = broken;
        this.limits = crawl.execution().limits();
    }

    /** Reads all but the texts that are put off. */
    void readStructure() throws SQLException {
        PostgresTransaction.reading(jdbc, () -> {
            readSchemas();
            Crawl.OneRelation start = crawl.onlyRelation();
            if (start == null || findOnly(start)) {
                readRelations();
            }
            return true;
        });
        if (!crawl.isOfOneRelation()) {
            for (Schema schema : schemas.values()) {
                if (schema.container != null && schema.readable) {
                    crawl.complete(schema.container);
                }
            }
            crawl.complete(database);
        }
    }

    /** Reads the texts that were put off, each under a lock that lasts for one short statement. */
    void readTexts() throws SQLException {
        new PostgresTexts(jdbc, crawl.execution(), pending, new PostgresTexts.Sink() {
                    @Override
                    public void read(int i, String read, boolean replaced) {
                        crawl.addText(relation(pending.relation(i)), pending.number(i), read);
                        if (replaced) {
                            warnOf(i, NOT_UTF8);
                        }
                    }

                    @Override
                    public void keep(int i, @Nullable String why) {
                        crawl.addText(relation(pending.relation(i)), pending.number(i), null);
                        if (why != null) {
                            warnOf(i, " could not be read, so what is known of it was kept: " + why);
                        }
                    }
                })
                .read();
    }

    private void warnOf(int i, String what) {
        String part = pending.number(i) == PendingTexts.DEFINITION
                ? "the definition of "
                : "the expression of column number " + pending.number(i) + " of ";
        crawl.warn(part + nameOf(pending.relation(i)) + what);
    }

    private String nameOf(long relation) {
        String path;
        try {
            path = PostgresTexts.pathOf(relation, jdbc);
        } catch (SQLException e) {
            // Whatever is wrong with the session shows with its next use.
            path = null;
        }
        return path == null
                ? "relation " + relation + " of database " + shown(databaseName)
                : shown(databaseName + "/" + path);
    }

    /** After a failure: which expressions make the server fail, for another try. */
    PendingTexts findBrokenExpressions() throws SQLException {
        PendingTexts all = PostgresTransaction.reading(jdbc, this::expressions);
        PendingTexts found = new PendingTexts();
        new PostgresTexts(jdbc, crawl.execution(), all, new PostgresTexts.Sink() {
                    @Override
                    public void read(int i, String read, boolean replaced) {}

                    @Override
                    public void keep(int i, @Nullable String why) {
                        found.add(all.relation(i), all.number(i), all.size(i));
                    }
                })
                .read();
        return found;
    }

    private PendingTexts expressions() throws SQLException {
        PendingTexts all = new PendingTexts();
        try (PreparedStatement statement = PostgresSql.list(jdbc, PostgresSql.EXPRESSIONS)) {
            statement.setArray(1, jdbc.createArrayOf("int8", schemas.keySet().toArray(Long[]::new)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    all.add(row.getLong(1), row.getInt(2), row.getInt(3));
                    limits.checkDefinitions(all.count());
                }
            }
        }
        return all;
    }

    /** The identity of a relation or schema of the database. */
    private RemoteIdentity identity(String kind, long oid) {
        return new RemoteIdentity(database.identity().id() + "/" + kind, String.valueOf(oid));
    }

    private RemoteIdentity relation(long oid) {
        return identity("relation", oid);
    }

    private void readSchemas() throws SQLException {
        Map<Long, Schema> all = new HashMap<>();
        BoundedList<FoundObject> found = new BoundedList<>(limits::checkSchemas, limits);
        try (PreparedStatement statement = PostgresSql.list(jdbc, PostgresSql.SCHEMAS);
                ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                FoundObject schema = new FoundObject(
                        identity("schema", row.getLong(1)),
                        text.of(row, 2),
                        ObjectType.SCHEMA,
                        RemoteTraits.of("schema", null, null),
                        text.orNull(row, 3),
                        ObjectDetail.NONE);
                found.add(schema, schema.characters());
                all.put(row.getLong(1), new Schema(schema, row.getBoolean(4)));
                warnOfBytes(databaseName + "/" + schema.name());
            }
        }
        crawl.recognize(database, found.items());
        all.forEach((oid, schema) -> {
            if (crawl.reaches(database, schema.found.identity(), schema.found.name())) {
                addSchema(oid, schema);
            }
        });
    }

    private void addSchema(long oid, Schema schema) {
        schemas.put(oid, schema);
        if (!crawl.isOfOneRelation()) {
            schema.container = crawl.enter(database, schema.found);
            warnUnlessReadable(schema);
        }
    }

    private void warnUnlessReadable(Schema schema) {
        if (!schema.readable) {
            crawl.warn("the account has no USAGE privilege on schema " + shown(databaseName + "/" + schema.found.name())
                    + ", so its inside was left as it is");
        }
    }

    private void warnOfBytes(String path) {
        if (text.hasReplaced()) {
            crawl.warn(shown(path) + NOT_UTF8);
        }
    }

    private String shown(String name) {
        return RemoteText.shown(name, crawl.execution());
    }

    /** Finds the only relation by its id, or where that is gone by its names; answers whether there is one. */
    private boolean findOnly(Crawl.OneRelation start) throws SQLException {
        // The id of another database, which was here under the same name, says nothing.
        boolean ofHere = start.identity().scope().equals(relation(0).scope());
        long oid = ofHere ? Long.parseLong(start.identity().id()) : 0;
        try (PreparedStatement statement = jdbc.prepareStatement(PostgresSql.FIND)) {
            statement.setLong(1, oid);
            statement.setString(2, start.path().getLast());
            statement.setString(3, start.path().get(1));
            statement.setLong(4, oid);
            try (ResultSet row = statement.executeQuery()) {
                only = row.next() ? row.getLong(1) : null;
            }
        }
        return only != null;
    }

    private void readRelations() throws SQLException {
        List<Long> read = schemas.entrySet().stream()
                .filter(entry -> isRead(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
        if (read.isEmpty()) {
            return;
        }
        RelationFilter filter = new RelationFilter(read, only);
        try (PostgresStreams relations = new PostgresStreams(jdbc, filter, broken, text, limits)) {
            pending = relations.pending();
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
        RemoteIdentity identity = relation(relations.oid());
        if (only != null && !schema.readable) {
            warnUnlessReadable(schema);
            crawl.keep(identity);
            return;
        }
        String name = relations.name();
        if (!crawl.covers(database, schema.found.name(), name)) {
            text.forget();
            return;
        }
        if (schema.container == null) {
            schema.container = crawl.enter(database, schema.found);
        }
        crawl.stage(schema.container, relations.read(identity, databaseName));
        warnOfBytes(databaseName + "/" + schema.found.name() + "/" + name);
    }
}
