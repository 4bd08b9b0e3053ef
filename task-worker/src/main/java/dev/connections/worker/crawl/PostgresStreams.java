package dev.connections.worker.crawl;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The relations of a database and what belongs to them: five streams in the order of the relations' ids. */
final class PostgresStreams implements AutoCloseable {
    private final PostgresTypes types;
    private final PreparedStatement statement;
    private final ResultSet relation;
    private final RowGroups<Attribute> columns;
    private final RowGroups<Text> defaults;
    private final RowGroups<Text> comments;
    private final RowGroups<PostgresKey> keys;

    /** A row of pg_attribute. */
    private record Attribute(
            int number,
            String name,
            String remoteType,
            long type,
            boolean notNull,
            boolean generated,
            boolean identity) {
        static Attribute read(ResultSet row) throws SQLException {
            return new Attribute(
                    row.getInt(2),
                    row.getString(3),
                    row.getString(4),
                    row.getLong(5),
                    row.getBoolean(6),
                    row.getBoolean(7),
                    row.getBoolean(8));
        }
    }

    /** A default or a comment of a column; the comment of the relation itself has number 0. */
    private record Text(int number, String text) {
        static Text read(ResultSet row) throws SQLException {
            return new Text(row.getInt(2), row.getString(3));
        }
    }

    /** Opens the streams in the connection's transaction, which also closes them where this fails. */
    PostgresStreams(Connection jdbc, RelationFilter filter) throws SQLException {
        if (filter.only() == null) {
            try (var whole = jdbc.createStatement()) {
                whole.execute(PostgresSql.READ_WHOLE);
            }
        }
        this.types = PostgresTypes.read(jdbc);
        this.columns = new RowGroups<>(jdbc, PostgresSql.COLUMNS, filter, Attribute::read);
        this.defaults = new RowGroups<>(jdbc, PostgresSql.DEFAULTS, filter, Text::read);
        this.comments = new RowGroups<>(jdbc, PostgresSql.COMMENTS, filter, Text::read);
        this.keys = new RowGroups<>(jdbc, PostgresSql.KEYS, filter, PostgresKey::read);
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
        return relation.getString(3);
    }

    /** The relation with all that belongs to it. */
    FoundObject read(RemoteIdentity identity, String database) throws SQLException {
        long oid = oid();
        String kind = relation.getString(4);
        String remoteKind = PostgresTypes.remoteKind(kind, relation.getString(5), relation.getBoolean(6));
        Map<Integer, String> texts = byNumber(comments.of(oid));
        List<Column> all = columns(oid, texts);
        List<PostgresKey> allKeys = keys.of(oid);
        return new FoundObject(
                identity,
                name(),
                PostgresTypes.relation(kind),
                RemoteTraits.of(PostgresTypes.remoteType(kind), relation.getString(7), remoteKind),
                texts.get(0),
                new ObjectDetail(
                        all,
                        PostgresKey.primaryKey(allKeys, all),
                        PostgresKey.foreignKeys(allKeys, all, database),
                        relation.getString(8)));
    }

    private List<Column> columns(long oid, Map<Integer, String> comment) throws SQLException {
        Map<Integer, String> expression = byNumber(defaults.of(oid));
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
        texts.forEach(text -> byNumber.put(text.number, text.text));
        return byNumber;
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
