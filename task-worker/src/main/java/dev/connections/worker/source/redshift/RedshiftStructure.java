package dev.connections.worker.source.redshift;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.FoundObject;
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
import org.jspecify.annotations.Nullable;

/**
 * The relations of a database with their columns and keys, one after the other, and the columns of late-binding views, which
 * come from a stream of their own in the order of the relations' names.
 */
final class RedshiftStructure implements AutoCloseable {
    private final SourceLimits limits;
    private final PreparedStatement statement;
    private final ResultSet row;
    private final @Nullable RowGroups<RelationName, Column> lateBinding;
    private final @Nullable SQLException notListed;
    private boolean onRow;

    private RelationName name = new RelationName("", "");
    private long oid;
    private long schema;
    private String kind = "";
    private @Nullable String comment;
    private final List<Column> columns = new ArrayList<>();
    private final List<KeyRow> keys = new ArrayList<>();
    private long characters;

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
            return name.length() + columns.size() + RedshiftSql.text(column).length();
        }
    }

    /**
     * Opens the streams, each in the transaction of a session of its own. The relations come first: what is new after that is
     * not found yet.
     */
    RedshiftStructure(RedshiftSessions sessions, RedshiftSql.Scope scope, SourceLimits limits) throws SQLException {
        this.limits = limits;
        this.statement = scope.structure(sessions.forStructure());
        this.row = statement.executeQuery();
        this.onRow = row.next();
        RowGroups<RelationName, Column> late = null;
        SQLException failed = null;
        try {
            late = new RowGroups<>(
                    RedshiftSql.list(sessions.forLateBinding(), RedshiftSql.LATE_BINDING),
                    RedshiftStructure::nameOf,
                    RedshiftStructure::lateColumn,
                    RedshiftStructure::sizeOf,
                    limits);
        } catch (SQLException e) {
            if (RedshiftFailures.isOfTheSession(e, sessions.forLateBinding())) {
                throw e;
            }
            // One such view can make the cluster fail for all of them.
            failed = e;
        }
        this.lateBinding = late;
        this.notListed = failed;
    }

    /** Why the columns of late-binding views could not be listed; null where they were. */
    @Nullable
    SQLException notListed() {
        return notListed;
    }

    /** Goes to the next relation; false at the end. */
    boolean next() throws SQLException {
        if (!onRow) {
            return false;
        }
        name = nameOf(row);
        oid = row.getLong(3);
        schema = 0;
        kind = "";
        comment = null;
        columns.clear();
        keys.clear();
        characters = 0;
        do {
            add();
            onRow = row.next();
        } while (onRow && row.getLong(3) == oid && name.equals(nameOf(row)));
        return true;
    }

    private void add() throws SQLException {
        switch (row.getInt(4)) {
            case RedshiftSql.PART_COLUMN -> {
                Column column = column(row);
                columns.add(column);
                characters += sizeOf(column);
            }
            case RedshiftSql.PART_KEY -> {
                KeyRow key = key(row);
                keys.add(key);
                characters += key.size();
            }
            default -> {
                schema = row.getLong(5);
                kind = RedshiftSql.text(row.getString(7));
                comment = row.getString(8);
            }
        }
        limits.checkRelationRows(Math.max(columns.size(), keys.size()));
        limits.checkRelation(characters);
    }

    String name() {
        return name.relation();
    }

    long oid() {
        return oid;
    }

    long schema() {
        return schema;
    }

    /**
     * The relation with all that belongs to it, but for the definition of a view. A view that has no columns of its own is a
     * late-binding one.
     *
     * @param materialized whether the cluster keeps rows for it
     */
    FoundObject read(RemoteIdentity identity, String database, boolean materialized) throws SQLException {
        List<Column> late = lateBinding == null ? List.of() : lateBinding.of(name);
        RedshiftTypes.Kind is = RedshiftTypes.relation(kind, materialized, columns.isEmpty());
        List<WireKey> allKeys = merged();
        boolean isLate = is == RedshiftTypes.Kind.LATE_BINDING_VIEW;
        return new FoundObject(
                identity,
                name.relation(),
                is.type(),
                RemoteTraits.of(is.words(), null, null),
                comment,
                new ObjectDetail(
                        isLate ? late : List.copyOf(columns),
                        WireKey.primaryKey(allKeys, columns),
                        WireKey.foreignKeys(allKeys, columns, database),
                        null));
    }

    private static RelationName nameOf(ResultSet row) throws SQLException {
        return new RelationName(RedshiftSql.text(row.getString(1)), RedshiftSql.text(row.getString(2)));
    }

    private static Column column(ResultSet row) throws SQLException {
        String type = RedshiftSql.text(row.getString(8));
        String expression = row.getString(10);
        boolean identity = isIdentity(expression);
        return new Column(
                RedshiftSql.text(row.getString(7)),
                row.getInt(5),
                type,
                RedshiftTypes.column(type),
                !RedshiftSql.text(row.getString(9)).equals("not null"),
                identity ? null : expression,
                false,
                identity,
                row.getString(11));
    }

    /** The cluster writes an identity as the call of a function: "identity"(100123, 0, '1,1'::text). */
    private static boolean isIdentity(@Nullable String expression) {
        String plain = RedshiftSql.text(expression).replace("\"", "");
        return plain.startsWith("identity(") || plain.startsWith("default_identity(");
    }

    private static Column lateColumn(ResultSet row) throws SQLException {
        String type = RedshiftSql.text(row.getString(5));
        return new Column(
                RedshiftSql.text(row.getString(4)),
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
                + RedshiftSql.text(column.defaultValue()).length()
                + RedshiftSql.text(column.description()).length();
    }

    private KeyRow key(ResultSet row) throws SQLException {
        return new KeyRow(
                row.getLong(5),
                RedshiftSql.text(row.getString(7)),
                RedshiftSql.text(row.getString(8)).equals("p"),
                WireKey.numbers(RedshiftSql.text(row.getString(9)), limits),
                WireKey.numbers(RedshiftSql.text(row.getString(10)), limits),
                row.getString(11),
                row.getString(12),
                row.getInt(6),
                row.getString(13));
    }

    private List<WireKey> merged() {
        // A cluster allows two keys of one name.
        Map<Long, List<KeyRow>> byId = new LinkedHashMap<>();
        keys.forEach(
                key -> byId.computeIfAbsent(key.id, id -> new ArrayList<>()).add(key));
        return byId.values().stream().map(RedshiftStructure::merge).toList();
    }

    private static WireKey merge(List<KeyRow> rows) {
        KeyRow first = rows.getFirst();
        Map<Integer, String> names = new HashMap<>();
        rows.forEach(key -> names.put(key.number, RedshiftSql.text(key.column)));
        List<String> referenced = first.referenced.stream()
                .map(number -> names.getOrDefault(number, String.valueOf(number)))
                .toList();
        return new WireKey(first.primary, first.name, first.columns, first.schema, first.table, referenced);
    }

    @Override
    public void close() throws SQLException {
        try (statement;
                lateBinding) {
            row.close();
        }
    }
}
