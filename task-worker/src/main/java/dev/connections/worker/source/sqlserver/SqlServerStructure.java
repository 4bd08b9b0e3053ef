package dev.connections.worker.source.sqlserver;

import dev.connections.catalog.NormalizedType;
import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.ColumnList;
import dev.connections.worker.source.jdbc.RowGroups;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Relations of one database, each with what belongs to it: three streams in the order of the relations' ids. */
final class SqlServerStructure implements AutoCloseable {
    private final SqlServerVersion version;
    private final SqlServerTypes types;
    private final SourceLimits limits;
    private final PreparedStatement statement;
    private final ResultSet row;
    private final RowGroups<Integer, KeyColumn> keys;
    private final RowGroups<Integer, Comment> comments;
    private boolean onRow;

    private Relation relation = Relation.NONE;
    /** Numbers of the columns whose default or expression is still to be read. */
    private final List<Integer> expressions = new ArrayList<>();

    private Map<Integer, String> commentsOfRelation = Map.of();
    private ColumnList columns;

    /** What a row says of the relation. */
    private record Relation(
            int id,
            int schema,
            String name,
            ObjectType type,
            String kind,
            @Nullable Instant created,
            @Nullable Instant modified) {
        static final Relation NONE =
                new Relation(0, 0, "", new ObjectType("TABLE", NormalizedType.TABLE), "", null, null);
    }

    /**
     * A column of a key.
     *
     * @param key its constraint; 0 for the primary key
     */
    private record KeyColumn(
            int key,
            String name,
            String column,
            @Nullable String schema,
            @Nullable String table,
            @Nullable String referenced) {
        /** Whether the account sees the table that a foreign key refers to, and its column. */
        boolean seesReferenced() {
            return schema != null && table != null && referenced != null;
        }

        int size() {
            return name.length()
                    + column.length()
                    + text(schema).length()
                    + text(table).length()
                    + text(referenced).length();
        }
    }

    /**
     * A comment.
     *
     * @param column its number; 0 for the relation itself
     */
    private record Comment(int column, String text) {
        int size() {
            return text.length();
        }
    }

    SqlServerStructure(
            SqlServerSessions sessions,
            SqlServerVersion version,
            SqlServerTypes types,
            SqlServerSql.Scope scope,
            SourceLimits limits)
            throws SQLException {
        this.version = version;
        this.types = types;
        this.limits = limits;
        this.columns = new ColumnList(limits);
        this.keys = new RowGroups<>(
                streamed(sessions.forKeys(), scope.keys()),
                SqlServerStructure::idIn,
                SqlServerStructure::keyColumn,
                KeyColumn::size,
                limits);
        this.comments = new RowGroups<>(
                streamed(sessions.forComments(), scope.comments()),
                SqlServerStructure::idIn,
                SqlServerStructure::comment,
                Comment::size,
                limits);
        this.statement = streamed(sessions.forStructure(), scope.structure(version));
        this.row = statement.executeQuery();
        this.onRow = row.next();
    }

    /** A statement whose rows the driver hands on one by one. */
    private static PreparedStatement streamed(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setFetchSize(1);
        return statement;
    }

    /** Goes to the next relation; false at the end. */
    boolean next() throws SQLException {
        if (!onRow) {
            return false;
        }
        int id = row.getInt(1);
        relation = relation(id);
        columns = new ColumnList(limits);
        expressions.clear();
        commentsOfRelation = new LinkedHashMap<>();
        for (Comment comment : comments.of(id)) {
            commentsOfRelation.put(comment.column, comment.text);
        }
        do {
            int number = row.getInt(9);
            if (!row.wasNull()) {
                columns.add(column(number));
            }
            onRow = row.next();
        } while (onRow && row.getInt(1) == id);
        return true;
    }

    private Relation relation(int id) throws SQLException {
        boolean isView = text(row.getString(4)).strip().equals("V");
        boolean indexed = row.getInt(5) == 1;
        boolean external = row.getBoolean(6) || text(row.getString(4)).strip().equals("ET");
        String table = external ? "EXTERNAL_TABLE" : "TABLE";
        ObjectType type = isView
                ? new ObjectType(indexed ? "INDEXED_VIEW" : "VIEW", NormalizedType.VIEW)
                : new ObjectType(table, NormalizedType.TABLE);
        return new Relation(
                id,
                row.getInt(2),
                text(row.getString(3)),
                type,
                kind(),
                version.isModern() ? time(22) : null,
                version.isModern() ? time(23) : null);
    }

    /** What people who know SQL Server call a table of its kind; empty for one without anything special. */
    private String kind() throws SQLException {
        int temporal = row.getInt(8);
        if (temporal != 0) {
            return temporal == 1 ? "history table" : "system-versioned temporal table";
        }
        if (row.getBoolean(7)) {
            return "memory-optimized table";
        }
        if (!version.isModern()) {
            return "";
        }
        if (row.getBoolean(19)) {
            return "node table";
        }
        if (row.getBoolean(20)) {
            return "edge table";
        }
        return switch (row.getInt(21)) {
            case 0 -> "";
            case 1 -> "history table of a ledger";
            default -> "ledger table";
        };
    }

    private @Nullable Instant time(int of) throws SQLException {
        OffsetDateTime time = row.getObject(of, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    int id() {
        return relation.id;
    }

    int schema() {
        return relation.schema;
    }

    String name() {
        return relation.name;
    }

    boolean isView() {
        return relation.type.normalized() == NormalizedType.VIEW;
    }

    /** The numbers of its columns whose default or expression is read later. */
    List<Integer> expressions() {
        return expressions;
    }

    /** The relation with all that belongs to it, but for definitions and expressions. */
    FoundObject read(RemoteIdentity identity, String database) throws SQLException {
        List<KeyColumn> all = keys.of(relation.id);
        List<String> primary = all.stream()
                .filter(column -> column.key == 0)
                .map(KeyColumn::column)
                .toList();
        String words = relation.type.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return new FoundObject(
                identity,
                relation.name,
                relation.type,
                new RemoteTraits(
                        words,
                        null,
                        relation.kind.isEmpty() ? null : relation.kind,
                        relation.created,
                        relation.modified),
                commentsOfRelation.get(0),
                new ObjectDetail(columns.items(), primary, foreignKeys(all, database), null));
    }

    private static List<ForeignKey> foreignKeys(List<KeyColumn> all, String database) {
        Map<Integer, List<KeyColumn>> byKey = new LinkedHashMap<>();
        for (KeyColumn column : all) {
            if (column.key != 0) {
                byKey.computeIfAbsent(column.key, key -> new ArrayList<>()).add(column);
            }
        }
        return byKey.values().stream()
                .filter(key -> key.stream().allMatch(KeyColumn::seesReferenced))
                .map(key -> foreignKey(key, database))
                .toList();
    }

    private static ForeignKey foreignKey(List<KeyColumn> columns, String database) {
        KeyColumn first = columns.getFirst();
        return new ForeignKey(
                first.name,
                columns.stream().map(KeyColumn::column).toList(),
                List.of(database, text(first.schema), text(first.table)),
                columns.stream().map(column -> text(column.referenced)).toList());
    }

    private Column column(int number) throws SQLException {
        SqlServerTypes.Use type =
                new SqlServerTypes.Use(row.getInt(11), row.getInt(12), row.getInt(13), row.getInt(14));
        boolean computed = row.getBoolean(16);
        if (computed || row.getInt(18) != 0) {
            expressions.add(number);
        }
        return new Column(
                text(row.getString(10)),
                number,
                types.written(type),
                types.normalized(type),
                row.getBoolean(15),
                null,
                computed,
                row.getBoolean(17),
                commentsOfRelation.get(number));
    }

    private static Integer idIn(ResultSet row) throws SQLException {
        return row.getInt(1);
    }

    private static KeyColumn keyColumn(ResultSet row) throws SQLException {
        return new KeyColumn(
                row.getInt(2),
                text(row.getString(3)),
                text(row.getString(5)),
                row.getString(6),
                row.getString(7),
                row.getString(8));
    }

    private static Comment comment(ResultSet row) throws SQLException {
        return new Comment(row.getInt(2), text(row.getString(3)));
    }

    /** A text that cannot be null, unless the server is none of Microsoft's. */
    private static String text(@Nullable String sent) {
        return Objects.requireNonNullElse(sent, "");
    }

    @Override
    public void close() throws SQLException {
        try (statement;
                keys;
                comments) {
            row.close();
        }
    }
}
