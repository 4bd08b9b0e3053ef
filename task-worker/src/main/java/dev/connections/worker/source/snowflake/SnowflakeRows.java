package dev.connections.worker.source.snowflake;

import dev.connections.worker.source.http.JsonRows;
import java.net.ProtocolException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of a statement, partition by partition. */
final class SnowflakeRows implements AutoCloseable {
    private final SnowflakeSession session;
    private final SnowflakeAnswer first;
    private final List<String> columns;
    private JsonRows rows;
    private int partition;
    private @Nullable String[] row = {};

    SnowflakeRows(SnowflakeSession session, SnowflakeAnswer first) throws Exception {
        this.session = session;
        this.first = first;
        this.columns = first.columns();
        this.rows = first.rows(columns.size());
    }

    /** Goes to the next row; false at the end. */
    boolean next() throws Exception {
        while (true) {
            @Nullable String[] found = rows.next();
            if (found != null) {
                row = found;
                return true;
            }
            partition++;
            if (partition >= first.partitions()) {
                return false;
            }
            rows.close();
            rows = session.partition(first.handle(), partition).rows(columns.size());
        }
    }

    /**
     * Checks how many columns there are, before the first row.
     *
     * @throws ProtocolException where there are not as many as the statement selects
     */
    SnowflakeRows of(int count) throws ProtocolException {
        if (columns.size() != count) {
            throw new ProtocolException("not the columns that were asked for");
        }
        return this;
    }

    /** The text of a column of the row, from 1; null where it has none. */
    @Nullable
    String textOrNull(int column) {
        String text = row[column - 1];
        return text == null || text.isEmpty() ? null : text;
    }

    /** The text of a column of the row, from 1; empty where it has none. */
    String text(int column) {
        return Objects.requireNonNullElse(row[column - 1], "");
    }

    /**
     * The text of a column of a SHOW command, whose columns may come to be more.
     *
     * @throws ProtocolException where there is no such column
     */
    String text(String column) throws ProtocolException {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw new ProtocolException("no column " + column);
        }
        return text(index + 1);
    }

    @Override
    public void close() {
        rows.close();
    }
}
