package dev.connections.worker.source.databricks;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.QuotedPath;
import dev.connections.worker.source.TableKeys;
import dev.connections.worker.source.databricks.KeyStatements.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rows of one of the {@link KeyStatements}, of which those are kept whose tables are wanted. */
final class KeyPage implements DatabricksWarehouse.Rows {
    private final int size;
    private final Predicate<Place> isWanted;
    private final TableKeys keys;
    private final List<Place> tables = new ArrayList<>();
    private int rows;

    /**
     * Begins without rows.
     *
     * @param size how many rows the statement asks for
     */
    KeyPage(SourceLimits limits, int size, Predicate<Place> isWanted) {
        this.size = size;
        this.isWanted = isWanted;
        this.keys = new TableKeys(limits);
    }

    /** How the keys of a table are found in {@link #keys}. */
    static String pathOf(Place table) {
        return QuotedPath.of(table.schema(), table.table());
    }

    @Override
    public boolean add(@Nullable String[] row) {
        rows++;
        Place table = new Place(text(row, 0), text(row, 1));
        if (tables.isEmpty() || !tables.getLast().equals(table)) {
            tables.add(table);
        }
        TableKeys.Part part = part(row);
        if (part == null || !isWanted.test(table)) {
            return true;
        }
        return keys.addIfRoom(pathOf(table), part);
    }

    private static TableKeys.@Nullable Part part(@Nullable String[] row) {
        String sent = text(row, 3);
        long sequence = sent.matches("[0-9]{1,9}") ? Long.parseLong(sent) : Long.MAX_VALUE;
        if (text(row, 5).equals("PRIMARY KEY")) {
            return TableKeys.Part.ofPrimary(text(row, 2), sequence, text(row, 4));
        }
        if (row[6] == null) {
            // The account may not see what the key leads to.
            return null;
        }
        List<String> referenced = List.of(text(row, 6), text(row, 7), text(row, 8));
        return new TableKeys.Part(text(row, 2), sequence, text(row, 4), referenced, text(row, 9));
    }

    private static String text(@Nullable String[] row, int column) {
        return Objects.requireNonNullElse(row[column], "");
    }

    /** Whether there are no rows behind these. */
    boolean isLast() {
        return rows < size;
    }

    /** The tables of the rows, in their order; of the last one there may be more on the next page. */
    List<Place> tables() {
        return List.copyOf(tables);
    }

    TableKeys keys() {
        return keys;
    }
}
