package dev.connections.worker.source.snowflake;

import dev.connections.catalog.ObjectDetail.ForeignKey;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.BoundedList;
import dev.connections.worker.source.QuotedPath;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of one database, or of one schema: Snowflake's Information Schema has no columns of them, and its SHOW commands
 * list ten thousand at most.
 */
final class SnowflakeKeys {
    private final Map<String, List<Part>> primary = new HashMap<>();
    private final Map<String, List<Part>> foreign = new HashMap<>();

    /**
     * One column of one key.
     *
     * @param table the quoted path of its schema and table
     * @param sequence from 1
     * @param referencedPath empty for a primary key
     */
    private record Part(
            String table,
            String key,
            long sequence,
            String column,
            List<String> referencedPath,
            String referencedColumn) {
        long characters() {
            return 200L
                    + referencedPath.stream().mapToInt(String::length).sum()
                    + table.length()
                    + key.length()
                    + column.length()
                    + referencedColumn.length();
        }
    }

    private SnowflakeKeys() {}

    /** No keys. */
    static SnowflakeKeys none() {
        return new SnowflakeKeys();
    }

    /**
     * Reads them.
     *
     * @throws StatementFailedException where there are more than Snowflake lists, and for whatever else it refuses
     */
    static SnowflakeKeys read(SnowflakeSession session, SnowflakeSql.Scope scope, SourceLimits limits)
            throws Exception {
        SnowflakeKeys keys = new SnowflakeKeys();
        keys.read(session.query(scope.keys("primary")), SnowflakeKeys::primary, keys.primary, limits);
        keys.read(session.query(scope.keys("imported")), SnowflakeKeys::foreign, keys.foreign, limits);
        return keys;
    }

    /** Makes a part of a row. */
    private interface Reader {
        Part read(SnowflakeRows row) throws ProtocolException;
    }

    private void read(SnowflakeRows shown, Reader reader, Map<String, List<Part>> byTable, SourceLimits limits)
            throws Exception {
        BoundedList<Part> parts = new BoundedList<>(count -> {}, limits);
        try (shown) {
            while (shown.next()) {
                Part part = reader.read(shown);
                parts.add(part, part.characters());
                if (parts.size() >= SnowflakeSql.MOST_SHOWN) {
                    throw StatementFailedException.tooMuch();
                }
            }
        }
        List<Part> ordered = new ArrayList<>(parts.items());
        ordered.sort(Comparator.comparing(Part::key).thenComparingLong(Part::sequence));
        for (Part part : ordered) {
            byTable.computeIfAbsent(part.table, table -> new ArrayList<>()).add(part);
        }
    }

    private static Part primary(SnowflakeRows row) throws ProtocolException {
        return new Part(
                QuotedPath.of(row.text("schema_name"), row.text("table_name")),
                row.text("constraint_name"),
                sequence(row),
                row.text("column_name"),
                List.of(),
                "");
    }

    private static Part foreign(SnowflakeRows row) throws ProtocolException {
        return new Part(
                QuotedPath.of(row.text("fk_schema_name"), row.text("fk_table_name")),
                row.text("fk_name"),
                sequence(row),
                row.text("fk_column_name"),
                List.of(row.text("pk_database_name"), row.text("pk_schema_name"), row.text("pk_table_name")),
                row.text("pk_column_name"));
    }

    private static long sequence(SnowflakeRows row) throws ProtocolException {
        String sent = row.text("key_sequence");
        return sent.matches("[0-9]{1,9}") ? Long.parseLong(sent) : Long.MAX_VALUE;
    }

    /** The columns of a table's primary key, in its order; empty where it has none. */
    List<String> primaryOf(String schema, String table) {
        return primary.getOrDefault(QuotedPath.of(schema, table), List.of()).stream()
                .map(Part::column)
                .toList();
    }

    /** A table's foreign keys. */
    List<ForeignKey> foreignOf(String schema, String table) {
        Map<String, List<Part>> byName = new LinkedHashMap<>();
        for (Part part : foreign.getOrDefault(QuotedPath.of(schema, table), List.of())) {
            byName.computeIfAbsent(part.key, key -> new ArrayList<>()).add(part);
        }
        return byName.entrySet().stream()
                .map(key -> new ForeignKey(
                        key.getKey(),
                        key.getValue().stream().map(Part::column).toList(),
                        key.getValue().getFirst().referencedPath(),
                        key.getValue().stream().map(Part::referencedColumn).toList()))
                .toList();
    }
}
