package dev.connections.worker.source.redshift;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.jdbc.RowGroups;
import dev.connections.worker.source.pgwire.WireKey;
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

/** The relations of a database with their columns and keys: four streams in the order of the relations' names. */
final class RedshiftStreams implements AutoCloseable {
    private final SourceLimits limits;
    private final PreparedStatement statement;
    private final ResultSet relation;
    private final RowGroups<RelationName, Column> columns;
    private final RowGroups<RelationName, KeyRow> keys;
    private final @Nullable RowGroups<RelationName, Column> lateBinding;
    private final @Nullable SQLException notListed;

    /** A primary key, or a foreign key with one of the columns that it references. */
    private record KeyRow(
            long id,
            String name,
            boolean primary,
            List<Integer> columns,
            List<Integer> referenced,
            @Nullable String schema,
            @Nullable String table,
            int number,
            @Nullable String column) {
        int size() {
            return name.length() + columns.size() + text(column).length();
        }
    }

    /** Opens the streams, each in a session of its own. */
    RedshiftStreams(RedshiftSessions sessions, RedshiftSql.Scope scope, SourceLimits limits) throws SQLException {
        this.limits = limits;
        this.columns = new RowGroups<>(
                scope.columns(sessions.forColumns()),
                RedshiftStreams::nameOf,
                RedshiftStreams::column,
                RedshiftStreams::sizeOf,
                limits);
        this.keys = new RowGroups<>(
                scope.keys(sessions.forKeys()), RedshiftStreams::nameOf, this::key, KeyRow::size, limits);
        RowGroups<RelationName, Column> late = null;
        SQLException failed = null;
        try {
            late = new RowGroups<>(
                    scope.lateBinding(sessions.forLateBinding()),
                    RedshiftStreams::nameOf,
                    RedshiftStreams::lateColumn,
                    RedshiftStreams::sizeOf,
                    limits);
        } catch (SQLException e) {
            // One such view can make the cluster fail for all of them.
            failed = e;
        }
        this.lateBinding = late;
        this.notListed = failed;
        this.statement = scope.relations(sessions.forRelations());
        this.relation = statement.executeQuery();
    }

    /** Why the columns of late-binding views could not be listed; null where they were. */
    @Nullable
    SQLException notListed() {
        return notListed;
    }

    boolean next() throws SQLException {
        return relation.next();
    }

    String name() throws SQLException {
        return text(relation.getString(2));
    }

    long oid() throws SQLException {
        return relation.getLong(3);
    }

    long schema() throws SQLException {
        return relation.getLong(4);
    }

    /**
     * The relation with all that belongs to it, but for the definition of a view. A view without columns is a late-binding
     * one.
     *
     * @param materialized whether the cluster keeps rows for it
     */
    FoundObject read(RemoteIdentity identity, String database, boolean materialized) throws SQLException {
        RelationName name = nameOf(relation);
        String kind = text(relation.getString(5));
        List<Column> own = columns.of(name);
        List<Column> late = lateBinding == null ? List.of() : lateBinding.of(name);
        List<WireKey> allKeys = merged(keys.of(name));
        ObjectType type = RedshiftTypes.TABLE;
        String remoteType = "table";
        if (kind.equals("v") || kind.equals("m")) {
            boolean isLate = !materialized && (own.isEmpty() || !late.isEmpty());
            type = materialized
                    ? RedshiftTypes.MATERIALIZED_VIEW
                    : isLate ? RedshiftTypes.LATE_BINDING_VIEW : RedshiftTypes.VIEW;
            remoteType = materialized ? "materialized view" : isLate ? "late-binding view" : "view";
        } else if (kind.equals("f")) {
            type = RedshiftTypes.EXTERNAL_TABLE;
            remoteType = "foreign table";
        }
        return new FoundObject(
                identity,
                name.relation(),
                type,
                RemoteTraits.of(remoteType, null, null),
                relation.getString(6),
                new ObjectDetail(
                        late.isEmpty() ? own : late,
                        WireKey.primaryKey(allKeys, own),
                        WireKey.foreignKeys(allKeys, own, database),
                        null));
    }

    private static RelationName nameOf(ResultSet row) throws SQLException {
        return new RelationName(text(row.getString(1)), text(row.getString(2)));
    }

    private static Column column(ResultSet row) throws SQLException {
        String type = text(row.getString(5));
        String expression = row.getString(7);
        boolean identity = isIdentity(expression);
        return new Column(
                text(row.getString(4)),
                row.getInt(3),
                type,
                RedshiftTypes.column(type),
                !row.getBoolean(6),
                identity ? null : expression,
                false,
                identity,
                row.getString(8));
    }

    /** The cluster writes an identity as the call of a function: "identity"(100123, 0, '1,1'::text). */
    private static boolean isIdentity(@Nullable String expression) {
        String plain = text(expression).replace("\"", "");
        return plain.startsWith("identity(") || plain.startsWith("default_identity(");
    }

    private static Column lateColumn(ResultSet row) throws SQLException {
        String type = text(row.getString(5));
        return new Column(
                text(row.getString(4)),
                row.getInt(3),
                type,
                RedshiftTypes.column(type),
                true,
                null,
                false,
                false,
                null);
    }

    private static int sizeOf(Column column) {
        return column.name().length()
                + column.remoteType().length()
                + text(column.defaultValue()).length()
                + text(column.description()).length();
    }

    private KeyRow key(ResultSet row) throws SQLException {
        return new KeyRow(
                row.getLong(3),
                text(row.getString(4)),
                text(row.getString(5)).equals("p"),
                WireKey.numbers(text(row.getString(6)), limits),
                WireKey.numbers(text(row.getString(7)), limits),
                row.getString(8),
                row.getString(9),
                row.getInt(10),
                row.getString(11));
    }

    private static List<WireKey> merged(List<KeyRow> rows) {
        // A cluster allows two keys of one name.
        Map<Long, List<KeyRow>> byId = new LinkedHashMap<>();
        rows.forEach(
                row -> byId.computeIfAbsent(row.id, id -> new ArrayList<>()).add(row));
        return byId.values().stream().map(RedshiftStreams::merge).toList();
    }

    private static WireKey merge(List<KeyRow> rows) {
        KeyRow first = rows.getFirst();
        Map<Integer, String> names = new HashMap<>();
        rows.forEach(row -> names.put(row.number, text(row.column)));
        List<String> referenced = first.referenced.stream()
                .map(number -> names.getOrDefault(number, String.valueOf(number)))
                .toList();
        return new WireKey(first.primary, first.name, first.columns, first.schema, first.table, referenced);
    }

    /** A text that cannot be null, unless the server is none of Redshift's. */
    private static String text(@Nullable String sent) {
        return Objects.requireNonNullElse(sent, "");
    }

    @Override
    public void close() throws SQLException {
        try (statement;
                columns;
                keys;
                lateBinding) {
            relation.close();
        }
    }
}
