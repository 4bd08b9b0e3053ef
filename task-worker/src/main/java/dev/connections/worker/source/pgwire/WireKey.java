package dev.connections.worker.source.pgwire;

import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.worker.execution.SourceLimits;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A primary or foreign key of a relation.
 *
 * @param columns numbers of columns in key order
 * @param referencedSchema null for a primary key
 */
public record WireKey(
        boolean primary,
        String name,
        List<Integer> columns,
        @Nullable String referencedSchema,
        @Nullable String referencedTable,
        List<String> referencedColumns) {
    private static final Pattern COMMA = Pattern.compile(",");

    public WireKey {
        columns = List.copyOf(columns);
        referencedColumns = List.copyOf(referencedColumns);
    }

    /** The numbers of an array as text, {1,2} or 1,2; as many as a relation may have columns. */
    public static List<Integer> numbers(String array, SourceLimits limits) {
        String numbers = array.replaceAll("[{}]", "");
        limits.checkRelationRows(numbers.chars().filter(c -> c == ',').count() + 1);
        return COMMA.splitAsStream(numbers)
                .filter(number -> !number.isEmpty())
                .map(Integer::valueOf)
                .toList();
    }

    /** About how many characters the key has. */
    public int size() {
        return name.length()
                + columns.size()
                + referencedColumns.stream().mapToInt(String::length).sum();
    }

    /** The names of the columns of the primary key; empty where there is none. */
    public static List<String> primaryKey(List<WireKey> keys, List<Column> columns) {
        return keys.stream()
                .filter(WireKey::primary)
                .findFirst()
                .map(key -> key.columnNames(columns))
                .orElse(List.of());
    }

    /** The foreign keys, to tables of the same database. */
    public static List<ForeignKey> foreignKeys(List<WireKey> keys, List<Column> columns, String database) {
        return keys.stream()
                .filter(key -> !key.primary && key.referencedSchema != null && key.referencedTable != null)
                .map(key -> new ForeignKey(
                        key.name,
                        key.columnNames(columns),
                        List.of(database, String.valueOf(key.referencedSchema), String.valueOf(key.referencedTable)),
                        key.referencedColumns))
                .toList();
    }

    private List<String> columnNames(List<Column> all) {
        // A server may give two columns one number.
        Map<Integer, String> names =
                all.stream().collect(Collectors.toMap(Column::ordinal, Column::name, (first, second) -> first));
        return columns.stream()
                .map(number -> names.getOrDefault(number, String.valueOf(number)))
                .toList();
    }
}
