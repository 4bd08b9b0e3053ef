package dev.connections.worker.source;

import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.worker.execution.SourceLimits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The columns of one table or view while they come, checked against the limits of sources. */
public final class ColumnList {
    private final SourceLimits limits;
    private final List<Column> columns = new ArrayList<>();
    private long characters;

    public ColumnList(SourceLimits limits) {
        this.limits = limits;
    }

    /** The number that the next column has, if the source keeps none: from 1, without gaps. */
    public int nextOrdinal() {
        return columns.size() + 1;
    }

    /** Adds a column after those that are there. */
    public void add(Column column) {
        columns.add(column);
        limits.checkRelationRows(columns.size());
        characters += column.name().length()
                + column.remoteType().length()
                + length(column.defaultValue())
                + length(column.description());
        limits.checkRelation(characters);
    }

    private static int length(@Nullable String text) {
        return text == null ? 0 : text.length();
    }

    public boolean isEmpty() {
        return columns.isEmpty();
    }

    /** All of them. */
    public List<Column> items() {
        return List.copyOf(columns);
    }
}
