package dev.connections.worker.source.mysql;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.jdbc.RowGroups;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The relations of a database with their columns and keys: three streams in the order of the relations' names. */
final class MysqlStreams implements AutoCloseable {
    private final MysqlServer server;
    private final PreparedStatement statement;
    private final ResultSet relation;
    private final RowGroups<RelationName, Column> columns;
    private final RowGroups<RelationName, KeyColumn> keys;

    /** A column of a primary key, or with what it references of a foreign one. */
    private record KeyColumn(
            String key,
            String column,
            @Nullable String database,
            @Nullable String table,
            @Nullable String referenced) {
        int size() {
            return key.length() + column.length() + (referenced == null ? 0 : referenced.length());
        }
    }

    /** Opens the streams, each in a session of its own, which the driver cannot use for anything else meanwhile. */
    MysqlStreams(MysqlSessions sessions, MysqlSql.Scope scope, SourceLimits limits) throws SQLException {
        this.server = sessions.server();
        this.columns = new RowGroups<>(
                scope.columns(sessions.forColumns()),
                MysqlStreams::relationOf,
                this::column,
                MysqlStreams::sizeOf,
                limits);
        this.keys = new RowGroups<>(
                scope.keys(sessions.forKeys()),
                MysqlStreams::relationOf,
                MysqlStreams::keyColumn,
                KeyColumn::size,
                limits);
        this.statement = scope.relations(sessions.forRelations());
        this.relation = statement.executeQuery();
    }

    boolean next() throws SQLException {
        return relation.next();
    }

    String name() throws SQLException {
        return text(relation, 1);
    }

    boolean isView() throws SQLException {
        return text(relation, 2).equals("VIEW");
    }

    /** Whether the server could open the relation: of a table it then knows the engine. */
    boolean isOpened() throws SQLException {
        return isView() || relation.getString(3) != null;
    }

    /** Whether the server says in place of a comment what the view lacks, and not that it was locked; see the session's settings. */
    boolean isBrokenView() throws SQLException {
        return isView() && text(relation, 4).contains("references invalid");
    }

    /** The relation with all that belongs to it, but for the definition of a view. */
    FoundObject read(RemoteIdentity identity) throws SQLException {
        String name = name();
        String type = text(relation, 2);
        boolean partitioned = text(relation, 5).contains("partitioned");
        long seconds = relation.getLong(6);
        Instant created = relation.wasNull() ? null : Instant.ofEpochSecond(seconds);
        List<KeyColumn> allKeys = keys.of(new RelationName(name));
        return new FoundObject(
                identity,
                name,
                MysqlTypes.relation(type, partitioned),
                new RemoteTraits(type.toLowerCase(Locale.ROOT), relation.getString(3), null, created, null),
                // Of a view it is the word VIEW, or what is wrong with it.
                isView() ? null : orNull(relation.getString(4)),
                new ObjectDetail(columns.of(new RelationName(name)), primaryKey(allKeys), foreignKeys(allKeys), null));
    }

    private static List<String> primaryKey(List<KeyColumn> keys) {
        return keys.stream()
                .filter(column -> column.table == null)
                .map(KeyColumn::column)
                .toList();
    }

    private static List<ForeignKey> foreignKeys(List<KeyColumn> keys) {
        Map<String, List<KeyColumn>> byName = new LinkedHashMap<>();
        for (KeyColumn column : keys) {
            if (column.table != null) {
                byName.computeIfAbsent(column.key, name -> new ArrayList<>()).add(column);
            }
        }
        return byName.values().stream().map(MysqlStreams::foreignKey).toList();
    }

    private static ForeignKey foreignKey(List<KeyColumn> columns) {
        KeyColumn first = columns.getFirst();
        return new ForeignKey(
                first.key,
                columns.stream().map(KeyColumn::column).toList(),
                List.of(text(first.database), text(first.table)),
                columns.stream().map(column -> text(column.referenced)).toList());
    }

    private Column column(ResultSet row) throws SQLException {
        String columnType = text(row, 4);
        String dataType = text(row, 5);
        String extra = text(row, 8);
        String generated = MysqlTypes.expression(server, row.getString(9));
        return new Column(
                text(row, 3),
                row.getInt(2),
                columnType,
                MysqlTypes.column(dataType, columnType),
                row.getBoolean(6),
                generated != null ? generated : MysqlTypes.defaultOf(server, row.getString(7), dataType, extra),
                generated != null,
                extra.toLowerCase(Locale.ROOT).contains("auto_increment"),
                orNull(row.getString(10)));
    }

    private static int sizeOf(Column column) {
        return column.name().length()
                + column.remoteType().length()
                + text(column.defaultValue()).length()
                + text(column.description()).length();
    }

    private static KeyColumn keyColumn(ResultSet row) throws SQLException {
        return new KeyColumn(text(row, 2), text(row, 3), row.getString(4), row.getString(5), row.getString(6));
    }

    private static RelationName relationOf(ResultSet row) throws SQLException {
        return new RelationName(text(row, 1));
    }

    /** A text that cannot be null, unless the server is none of MySQL's. */
    private static String text(ResultSet row, int column) throws SQLException {
        return text(row.getString(column));
    }

    private static String text(@Nullable String sent) {
        return Objects.requireNonNullElse(sent, "");
    }

    private static @Nullable String orNull(@Nullable String comment) {
        return comment == null || comment.isEmpty() ? null : comment;
    }

    @Override
    public void close() throws SQLException {
        try (statement;
                columns;
                keys) {
            relation.close();
        }
    }
}
