package dev.connections.worker.source.snowflake;

import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.ColumnList;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A table or view while its columns come, in rows of {@link SnowflakeSql.Scope#relations}. */
final class SnowflakeRelation {
    private final String schema;
    private final String name;
    private final String tableType;
    private final ObjectType type;
    private final boolean isTransient;
    private final boolean isIceberg;
    private final @Nullable Instant created;
    private final @Nullable Instant changed;
    private final @Nullable String comment;
    private final ColumnList columns;
    /** The names of vectors, and their types once those have been described. */
    private final Map<String, String> vectors = new HashMap<>();

    SnowflakeRelation(SnowflakeRows first, SourceLimits limits) {
        this.schema = first.text(1);
        this.name = first.text(2);
        this.tableType = first.text(3);
        limits.checkName(tableType);
        this.isTransient = first.text(4).equals("YES");
        this.isIceberg = first.text(6).equals("YES");
        this.type = SnowflakeTypes.relation(tableType, first.text(5).equals("YES"), isIceberg);
        this.created = SnowflakeTypes.time(first.text(7));
        this.changed = SnowflakeTypes.time(first.text(8));
        this.comment = first.textOrNull(9);
        this.columns = new ColumnList(limits);
    }

    String schema() {
        return schema;
    }

    String name() {
        return name;
    }

    boolean isOf(SnowflakeRows row) {
        return row.text(2).equals(name) && row.text(1).equals(schema);
    }

    boolean isView() {
        return tableType.equals("VIEW");
    }

    boolean isMaterializedView() {
        return tableType.equals("MATERIALIZED VIEW");
    }

    /** Whether the account sees any column. */
    boolean hasColumns() {
        return !columns.isEmpty();
    }

    /** Adds the column of a row, if the row has one. */
    void add(SnowflakeRows row) {
        if (row.text(11).isEmpty()) {
            return;
        }
        String written = SnowflakeTypes.written(row);
        if (written.equals(SnowflakeTypes.VECTOR)) {
            vectors.put(row.text(11), written);
        }
        columns.add(new Column(
                row.text(11),
                ordinal(row.text(10)),
                written,
                SnowflakeTypes.column(written),
                !row.text(18).equals("NO"),
                row.textOrNull(19),
                false,
                row.text(20).equals("YES"),
                row.textOrNull(21)));
    }

    private int ordinal(String sent) {
        return sent.matches("[0-9]{1,9}") ? Integer.parseInt(sent) : columns.nextOrdinal();
    }

    /** Whether there are columns of whose types the Information Schema has just the names. */
    boolean hasVectors() {
        return !vectors.isEmpty();
    }

    /** Takes the type that a column is described with. */
    void describe(String column, String type) {
        if (vectors.containsKey(column) && SnowflakeTypes.isVector(type)) {
            vectors.put(column, type);
        }
    }

    private List<Column> columns() {
        return columns.items().stream()
                .map(column -> new Column(
                        column.name(),
                        column.ordinal(),
                        column.remoteType().equals(SnowflakeTypes.VECTOR)
                                ? vectors.getOrDefault(column.name(), SnowflakeTypes.VECTOR)
                                : column.remoteType(),
                        column.normalizedType(),
                        column.nullable(),
                        column.defaultValue(),
                        column.generated(),
                        column.identity(),
                        column.description()))
                .toList();
    }

    FoundObject found(RemoteIdentity identity) {
        String words = tableType.toLowerCase(Locale.ROOT);
        return new FoundObject(
                identity,
                name,
                type,
                new RemoteTraits(
                        isTransient ? "transient " + words : words,
                        isIceberg ? "iceberg" : null,
                        null,
                        created,
                        changed),
                comment,
                new ObjectDetail(vectors.isEmpty() ? columns.items() : columns(), List.of(), List.of(), null));
    }
}
