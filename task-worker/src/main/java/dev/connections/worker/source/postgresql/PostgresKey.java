package dev.connections.worker.source.postgresql;

import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
    static PostgresKey read(ResultSet row, PostgresText text) throws SQLException {
        return new PostgresKey(
                row.getString(2).equals("p"),
                text.of(row, 3),
                Stream.of((Object[]) row.getArray(4).getArray())
                        .map(number -> ((Number) number).intValue())
                        .toList(),
                text.orNull(row, 5),
                text.orNull(row, 6),
                List.of(Json.read(text.of(row, 7), String[].class)));
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
        Map<Integer, String> names = all.stream().collect(Collectors.toMap(Column::ordinal, Column::name));
        return columns.stream()
                .map(number -> names.getOrDefault(number, String.valueOf(number)))
                .toList();
    }
}
