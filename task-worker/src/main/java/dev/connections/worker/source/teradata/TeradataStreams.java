package dev.connections.worker.source.teradata;

import static dev.connections.worker.source.teradata.TeradataRows.code;
import static dev.connections.worker.source.teradata.TeradataRows.filledOrNull;
import static dev.connections.worker.source.teradata.TeradataRows.length;
import static dev.connections.worker.source.teradata.TeradataRows.number;
import static dev.connections.worker.source.teradata.TeradataRows.text;
import static dev.connections.worker.source.teradata.TeradataRows.time;

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
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The relations of a database with their columns and keys: four answers of one session in the order of the relations' names. */
final class TeradataStreams implements AutoCloseable {
    /** The number of the first column of each table. */
    private static final int FIRST_COLUMN = 1_025;

    private final RowGroups<String, Column> columns;
    private final RowGroups<String, String> primaryKeys;
    private final RowGroups<String, Reference> references;
    private final ResultSet relation;

    /** A column of a foreign key, and what it references. */
    private record Reference(int key, String name, String column, String database, String table, String referenced) {
        int size() {
            return name.length() + column.length() + database.length() + table.length() + referenced.length();
        }
    }

    /** What was opened so far, whether all of it came to be opened or not. */
    private final List<Opened> opened;

    private interface Opened {
        void close() throws SQLException;
    }

    private TeradataStreams(
            Connection connection, TeradataSql.Scope scope, String view, SourceLimits limits, List<Opened> opened)
            throws SQLException {
        this.opened = opened;
        this.columns = new RowGroups<>(
                scope.columns(connection, view),
                row -> text(row, 1),
                TeradataStreams::column,
                TeradataStreams::sizeOf,
                limits);
        opened.add(columns::close);
        this.primaryKeys = new RowGroups<>(
                scope.primaryKeys(connection), row -> text(row, 1), row -> text(row, 2), String::length, limits);
        opened.add(primaryKeys::close);
        this.references = new RowGroups<>(
                scope.foreignKeys(connection),
                row -> text(row, 1),
                TeradataStreams::reference,
                Reference::size,
                limits);
        opened.add(references::close);
        PreparedStatement statement = scope.relations(connection);
        opened.add(statement::close);
        this.relation = statement.executeQuery();
    }

    /**
     * Opens the answers.
     *
     * @param view that of the dictionary which has the columns
     */
    static TeradataStreams open(Connection connection, TeradataSql.Scope scope, String view, SourceLimits limits)
            throws SQLException {
        List<Opened> opened = new ArrayList<>();
        try {
            return new TeradataStreams(connection, scope, view, limits, opened);
        } catch (SQLException | RuntimeException e) {
            // A session has room for sixteen answers.
            SQLException again = closeAll(opened);
            if (again != null) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    boolean next() throws SQLException {
        return relation.next();
    }

    String name() throws SQLException {
        return text(relation, 1);
    }

    boolean isView() throws SQLException {
        return kind().equals("V");
    }

    private String kind() throws SQLException {
        return code(relation, 2);
    }

    /** The relation with all that belongs to it, but for the definition of a view. */
    FoundObject read(RemoteIdentity identity) throws SQLException {
        String name = name();
        TeradataTypes.Kind kind = TeradataTypes.relation(kind(), code(relation, 6));
        List<Column> ofRelation = columns.of(name);
        return new FoundObject(
                identity,
                name,
                kind.type(),
                new RemoteTraits(kind.words(), null, null, time(relation, 4), time(relation, 5)),
                filledOrNull(relation, 3),
                new ObjectDetail(ofRelation, primaryKeys.of(name), foreignKeys(references.of(name), ofRelation), null));
    }

    /** The dictionary keeps no order of the columns of a key: they come in that of the table's columns. */
    private static List<ForeignKey> foreignKeys(List<Reference> references, List<Column> columns) {
        Map<String, Integer> ordinals = new LinkedHashMap<>();
        columns.forEach(column -> ordinals.put(column.name(), column.ordinal()));
        Map<Integer, List<Reference>> byKey = new LinkedHashMap<>();
        for (Reference reference : references) {
            byKey.computeIfAbsent(reference.key, key -> new ArrayList<>()).add(reference);
        }
        List<ForeignKey> keys = new ArrayList<>();
        for (List<Reference> one : byKey.values()) {
            one.sort(Comparator.comparing(reference -> ordinals.getOrDefault(reference.column, 0)));
            keys.add(foreignKey(one));
        }
        return keys;
    }

    private static ForeignKey foreignKey(List<Reference> columns) {
        Reference first = columns.getFirst();
        return new ForeignKey(
                first.name,
                columns.stream().map(Reference::column).toList(),
                List.of(first.database, first.table),
                columns.stream().map(Reference::referenced).toList());
    }

    private static Reference reference(ResultSet row) throws SQLException {
        return new Reference(row.getInt(2), text(row, 3), text(row, 4), text(row, 5), text(row, 6), text(row, 7));
    }

    private static Column column(ResultSet row) throws SQLException {
        int number = row.getInt(2);
        Integer characterSet = number(row, 8);
        TeradataTypes.Described type = new TeradataTypes.Described(
                code(row, 4),
                length(row, 5),
                number(row, 6),
                number(row, 7),
                characterSet == null ? 0 : characterSet,
                filledOrNull(row, 9));
        return new Column(
                text(row, 3),
                number >= FIRST_COLUMN ? number - FIRST_COLUMN + 1 : number,
                type.written(),
                type.normalized(),
                !code(row, 10).equals("N"),
                filledOrNull(row, 11),
                false,
                !code(row, 12).isEmpty(),
                filledOrNull(row, 13));
    }

    private static int sizeOf(Column column) {
        String value = column.defaultValue();
        String comment = column.description();
        return column.name().length()
                + column.remoteType().length()
                + (value == null ? 0 : value.length())
                + (comment == null ? 0 : comment.length());
    }

    private static @Nullable SQLException closeAll(List<Opened> opened) {
        SQLException failed = null;
        for (Opened one : opened) {
            try {
                one.close();
            } catch (SQLException e) {
                failed = e;
            }
        }
        return failed;
    }

    @Override
    public void close() throws SQLException {
        SQLException failed = closeAll(opened);
        if (failed != null) {
            throw failed;
        }
    }
}
