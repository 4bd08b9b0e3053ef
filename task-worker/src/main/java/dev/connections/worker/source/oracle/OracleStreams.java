package dev.connections.worker.source.oracle;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.jdbc.RowGroups;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The relations of a database with all that belongs to them: streams of one session, in the order of owners and names. */
final class OracleStreams implements AutoCloseable {
    private final PreparedStatement statement;
    private final ResultSet relation;
    private final RowGroups<RelationName, Column> columns;
    private final RowGroups<RelationName, Default> defaults;
    private final RowGroups<RelationName, KeyColumn> keys;
    private final RowGroups<RelationName, Comment> comments;
    private final RowGroups<RelationName, String> views;
    private final RowGroups<RelationName, String> materialized;

    private record Default(int column, String expression) {}

    /** A column of a primary key, or with what it references of a foreign one. */
    private record KeyColumn(
            String key,
            boolean primary,
            String column,
            @Nullable String owner,
            @Nullable String table,
            @Nullable String referenced) {
        int size() {
            return key.length()
                    + column.length()
                    + text(owner).length()
                    + text(table).length()
                    + text(referenced).length();
        }
    }

    /**
     * A comment.
     *
     * @param kind TABLE, which views have too, MATERIALIZED VIEW or COLUMN
     */
    private record Comment(String kind, String column, String text) {
        int size() {
            return kind.length() + column.length() + text.length();
        }
    }

    /** Opens the streams; the relations come first, so that what is new after that is not found yet. */
    OracleStreams(Connection connection, OracleSql.Scope scope, SourceLimits limits) throws SQLException {
        this.statement = scope.relations(connection);
        this.relation = statement.executeQuery();
        this.columns = new RowGroups<>(
                scope.columns(connection), OracleStreams::nameOf, OracleStreams::column, OracleStreams::sizeOf, limits);
        this.defaults = new RowGroups<>(
                scope.defaults(connection),
                OracleStreams::nameOf,
                row -> new Default(row.getInt(3), text(row, 4)),
                it -> it.expression.length(),
                limits);
        this.keys = new RowGroups<>(
                scope.keys(connection), OracleStreams::nameOf, OracleStreams::keyColumn, KeyColumn::size, limits);
        this.comments = new RowGroups<>(
                scope.comments(connection),
                OracleStreams::nameOf,
                row -> new Comment(text(row, 3), text(row, 4), text(row, 5)),
                Comment::size,
                limits);
        this.views = definitions(scope.views(connection), limits);
        this.materialized = definitions(scope.materialized(connection), limits);
    }

    private static RowGroups<RelationName, String> definitions(PreparedStatement statement, SourceLimits limits)
            throws SQLException {
        return new RowGroups<>(statement, OracleStreams::nameOf, row -> text(row, 3), String::length, limits);
    }

    boolean next() throws SQLException {
        return relation.next();
    }

    String schema() throws SQLException {
        return text(relation, 1);
    }

    String name() throws SQLException {
        return text(relation, 2);
    }

    long id() throws SQLException {
        return relation.getLong(3);
    }

    /**
     * The relation with all that belongs to it.
     *
     * @param database that it is in, as is everything that it references
     */
    FoundObject read(RemoteIdentity identity, String database) throws SQLException {
        RelationName name = nameOf(relation);
        String format = relation.getString(11);
        String type = relation.getString(5) == null ? text(relation, 4) : "MATERIALIZED VIEW";
        OracleTypes.Kind kind = OracleTypes.relation(
                type, format != null, relation.getString(6), relation.getString(7), relation.getString(10) != null);
        List<KeyColumn> allKeys = keys.of(name);
        List<Comment> said = comments.of(name);
        String definition = switch (type) {
            case "VIEW" -> first(views.of(name));
            case "MATERIALIZED VIEW" -> first(materialized.of(name));
            default -> null;
        };
        return new FoundObject(
                identity,
                name.name(),
                kind.type(),
                RemoteTraits.of(kind.words(), format, traitOf(relation)),
                commentOf(kind.words(), said),
                new ObjectDetail(
                        described(name, said), primaryKey(allKeys), foreignKeys(allKeys, database), definition));
    }

    private static @Nullable String traitOf(ResultSet relation) throws SQLException {
        if (relation.getString(8) != null) {
            return "index-organized";
        }
        String type = relation.getString(10);
        return type == null ? null : "of " + text(relation, 9) + "." + type;
    }

    /** A materialized view has a comment of its own; Oracle also writes one for the table that holds it. */
    private static @Nullable String commentOf(String kind, List<Comment> said) {
        String wanted = kind.equals("materialized view") ? "MATERIALIZED VIEW" : "TABLE";
        return first(said.stream()
                .filter(comment -> comment.kind.equals(wanted))
                .map(Comment::text)
                .toList());
    }

    private List<Column> described(RelationName name, List<Comment> said) throws SQLException {
        Map<Integer, String> expressions = new HashMap<>();
        defaults.of(name).forEach(one -> expressions.put(one.column, one.expression));
        Map<String, String> texts = new HashMap<>();
        said.stream().filter(it -> it.kind.equals("COLUMN")).forEach(it -> texts.put(it.column, it.text));
        List<Column> described = new ArrayList<>();
        for (Column column : columns.of(name)) {
            described.add(new Column(
                    column.name(),
                    column.ordinal(),
                    column.remoteType(),
                    column.normalizedType(),
                    column.nullable(),
                    expressionOf(column, expressions),
                    column.generated(),
                    column.identity(),
                    texts.get(column.name())));
        }
        return described;
    }

    /** As it was written, blanks and the end of its line included. */
    private static @Nullable String expressionOf(Column column, Map<Integer, String> expressions) {
        String written = expressions.get(column.ordinal());
        String expression = written == null ? "" : written.strip();
        return expression.isEmpty() || (!column.generated() && expression.equalsIgnoreCase("null")) ? null : expression;
    }

    private static List<String> primaryKey(List<KeyColumn> keys) {
        return keys.stream().filter(KeyColumn::primary).map(KeyColumn::column).toList();
    }

    private static List<ForeignKey> foreignKeys(List<KeyColumn> keys, String database) {
        Map<String, List<KeyColumn>> byName = new LinkedHashMap<>();
        for (KeyColumn column : keys) {
            if (!column.primary && column.table != null) {
                byName.computeIfAbsent(column.key, name -> new ArrayList<>()).add(column);
            }
        }
        return byName.values().stream()
                .map(columns -> foreignKey(columns, database))
                .toList();
    }

    private static ForeignKey foreignKey(List<KeyColumn> columns, String database) {
        KeyColumn first = columns.getFirst();
        return new ForeignKey(
                first.key,
                columns.stream().map(KeyColumn::column).toList(),
                List.of(database, text(first.owner), text(first.table)),
                columns.stream().map(column -> text(column.referenced)).toList());
    }

    private static Column column(ResultSet row) throws SQLException {
        OracleTypes.Declared type = new OracleTypes.Declared(
                text(row, 5),
                row.getString(7),
                row.getString(6),
                row.getLong(8),
                number(row, 9),
                number(row, 10),
                row.getLong(11),
                row.getString(12));
        return new Column(
                text(row, 4),
                row.getInt(3),
                type.written(),
                type.kind(),
                !text(row, 13).equals("N"),
                null,
                text(row, 15).equals("YES"),
                text(row, 14).equals("YES"),
                null);
    }

    private static int sizeOf(Column column) {
        return column.name().length() + column.remoteType().length();
    }

    private static KeyColumn keyColumn(ResultSet row) throws SQLException {
        return new KeyColumn(
                text(row, 3),
                text(row, 4).equals("P"),
                text(row, 5),
                row.getString(6),
                row.getString(7),
                row.getString(8));
    }

    private static @Nullable Integer number(ResultSet row, int column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    private static RelationName nameOf(ResultSet row) throws SQLException {
        return new RelationName(text(row, 1), text(row, 2));
    }

    private static @Nullable String first(List<String> texts) {
        return texts.isEmpty() || texts.getFirst().isEmpty() ? null : texts.getFirst();
    }

    /** A text that cannot be null, unless the server is none of Oracle's. */
    private static String text(ResultSet row, int column) throws SQLException {
        return text(row.getString(column));
    }

    private static String text(@Nullable String sent) {
        return Objects.requireNonNullElse(sent, "");
    }

    @Override
    public void close() throws SQLException {
        try (statement;
                columns;
                defaults;
                keys;
                comments;
                views;
                materialized) {
            relation.close();
        }
    }
}
