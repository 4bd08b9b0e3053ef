package dev.connections.worker.source.postgresql;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.json.Json;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.jdbc.PendingTexts;
import dev.connections.worker.source.jdbc.RowGroups;
import dev.connections.worker.source.pgwire.WireKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The relations of a database and what belongs to them: five streams in the order of the relations' ids. Texts that cannot
 * be read without a lock on the relation are put off.
 */
final class PostgresStreams implements AutoCloseable {
    private final PostgresText text;
    private final SourceLimits limits;
    private final PendingTexts pending = new PendingTexts();
    private final PostgresTypes types;
    private final PreparedStatement statement;
    private final ResultSet relation;
    private final RowGroups<Long, Attribute> columns;
    private final RowGroups<Long, Text> defaults;
    private final RowGroups<Long, Text> comments;
    private final RowGroups<Long, WireKey> keys;

    /** A row of pg_attribute. */
    private record Attribute(
            int number,
            String name,
            String remoteType,
            long type,
            boolean notNull,
            boolean generated,
            boolean identity) {
        int size() {
            return name.length() + remoteType.length();
        }
    }

    /**
     * A default or a comment of a column; the comment of the relation itself has number 0.
     *
     * @param text null where an expression is put off, which then is about {@code size} bytes long
     */
    private record Text(int number, @Nullable String text, int size) {}

    /**
     * Opens the streams in the connection's transaction, which also closes them where this fails.
     *
     * @param broken the expressions that are not even tried
     */
    PostgresStreams(Connection jdbc, RelationFilter filter, PendingTexts broken, PostgresText text, SourceLimits limits)
            throws SQLException {
        if (filter.only() == null) {
            try (var whole = jdbc.createStatement()) {
                whole.execute(PostgresSql.READ_WHOLE);
            }
        }
        this.text = text;
        this.limits = limits;
        this.types = PostgresTypes.read(jdbc, text, limits);
        this.columns = new RowGroups<>(
                filter.statement(jdbc, PostgresSql.COLUMNS),
                PostgresStreams::id,
                this::attribute,
                Attribute::size,
                limits);
        this.defaults = new RowGroups<>(
                filter.statement(jdbc, PostgresSql.defaults(broken)),
                PostgresStreams::id,
                this::expression,
                Text::size,
                limits);
        this.comments = new RowGroups<>(
                filter.statement(jdbc, PostgresSql.COMMENTS), PostgresStreams::id, this::comment, Text::size, limits);
        this.keys = new RowGroups<>(
                filter.statement(jdbc, PostgresSql.KEYS), PostgresStreams::id, this::key, WireKey::size, limits);
        this.statement = filter.statement(jdbc, PostgresSql.RELATIONS);
        this.relation = statement.executeQuery();
    }

    boolean next() throws SQLException {
        return relation.next();
    }

    long oid() throws SQLException {
        return relation.getLong(1);
    }

    long schema() throws SQLException {
        return relation.getLong(2);
    }

    String name() throws SQLException {
        return text.of(relation, 3);
    }

    /** The relation with all that belongs to it, but for the texts that are put off. */
    FoundObject read(RemoteIdentity identity, String database) throws SQLException {
        long oid = oid();
        String kind = relation.getString(4);
        if (PostgresTypes.hasDefinition(kind)) {
            pending.add(oid, PendingTexts.DEFINITION, relation.getInt(8));
        }
        String remoteKind = PostgresTypes.remoteKind(kind, relation.getString(5), relation.getBoolean(6));
        Map<Integer, String> texts = byNumber(comments.of(oid));
        List<Column> all = columns(oid, texts);
        List<WireKey> allKeys = keys.of(oid);
        limits.checkDefinitions(pending.count());
        return new FoundObject(
                identity,
                name(),
                PostgresTypes.relation(kind),
                RemoteTraits.of(PostgresTypes.remoteType(kind), text.orNull(relation, 7), remoteKind),
                texts.get(0),
                new ObjectDetail(
                        all, WireKey.primaryKey(allKeys, all), WireKey.foreignKeys(allKeys, all, database), null));
    }

    /** The texts of the relations read so far that were put off. */
    PendingTexts pending() {
        return pending;
    }

    private List<Column> columns(long oid, Map<Integer, String> comment) throws SQLException {
        List<Text> expressions = defaults.of(oid);
        for (Text expression : expressions) {
            if (expression.text == null) {
                pending.add(oid, expression.number, expression.size);
            }
        }
        Map<Integer, String> expression = byNumber(expressions);
        return columns.of(oid).stream()
                .map(attribute -> new Column(
                        attribute.name,
                        attribute.number,
                        attribute.remoteType,
                        types.column(attribute.type, attribute.remoteType),
                        !attribute.notNull && !types.isNotNull(attribute.type),
                        expression.get(attribute.number),
                        attribute.generated,
                        attribute.identity,
                        comment.get(attribute.number)))
                .toList();
    }

    private static Map<Integer, String> byNumber(List<Text> texts) {
        Map<Integer, String> byNumber = HashMap.newHashMap(texts.size());
        for (Text text : texts) {
            if (text.text != null) {
                byNumber.put(text.number, text.text);
            }
        }
        return byNumber;
    }

    private static Long id(ResultSet row) throws SQLException {
        return row.getLong(1);
    }

    private Attribute attribute(ResultSet row) throws SQLException {
        return new Attribute(
                row.getInt(2),
                text.of(row, 3),
                text.of(row, 4),
                row.getLong(5),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getBoolean(8));
    }

    private Text expression(ResultSet row) throws SQLException {
        return new Text(row.getInt(2), text.orNull(row, 3), row.getInt(4));
    }

    /** The numbers of its columns come as PostgreSQL writes an array. */
    private WireKey key(ResultSet row) throws SQLException {
        String referenced = text.of(row, 7);
        limits.checkText(referenced);
        return new WireKey(
                row.getString(2).equals("p"),
                text.of(row, 3),
                WireKey.numbers(text.of(row, 4), limits),
                text.orNull(row, 5),
                text.orNull(row, 6),
                List.of(Json.read(referenced, String[].class)));
    }

    private Text comment(ResultSet row) throws SQLException {
        String comment = text.of(row, 3);
        return new Text(row.getInt(2), comment, comment.length());
    }

    @Override
    public void close() throws SQLException {
        try (statement;
                columns;
                defaults;
                comments;
                keys) {
            relation.close();
        }
    }
}
