package dev.connections.worker.source.postgresql;

import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.json.Json;
import dev.connections.worker.execution.SourceLimits;
import java.sql.ResultSet;
import java.sql.SQLException;
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
record PostgresKey(
        boolean primary,
        String name,
        List<Integer> columns,
        @Nullable String referencedSchema,
        @Nullable String referencedTable,
        List<String> referencedColumns) {
    private static final Pattern COMMA = Pattern.compile(",");

    /** Reads a row; the numbers of its columns come as PostgreSQL writes an array, {1,2}. */
    static PostgresKey read(ResultSet row, PostgresText text, SourceLimits limits) throws SQLException {
        String numbers = text.of(row, 4).replaceAll("[{}]", "");
        limits.checkRelationRows(numbers.chars().filter(c -> c == ',').count() + 1);
        String referenced = text.of(row, 7);
        limits.checkText(referenced);
        return new PostgresKey(
                row.getString(2).equals("p"),
                text.of(row, 3),
                COMMA.splitAsStream(numbers).map(Integer::valueOf).toList(),
                text.orNull(row, 5),
                text.orNull(row, 6),
                List.of(Json.read(referenced, String[].class)));
    }

    /** About how many characters the key has. */
    int size() {
        return name.length()
                + columns.size()
                + referencedColumns.stream().mapToInt(String::length).sum();
    }

    static List<String> primaryKey(List<PostgresKey> keys, List<Column> columns) {
        return keys.stream()
                .filter(PostgresKey::primary)
                .findFirst()
                .map(key -> key.columnNames(columns))
                .orElse(List.of());
    }

    static List<ForeignKey> foreignKeys(List<PostgresKey> keys, List<Column> columns, String database) {
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
