package dev.connections.worker.source.snowflake;

import dev.connections.worker.source.http.JsonRows;
import java.net.ProtocolException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of a statement, partition by partition. */
final class SnowflakeRows implements AutoCloseable {
    private final SnowflakeSession session;
    private final String handle;
    private final List<String> columns;
    private final int partitions;
    private final long rowCount;
    private @Nullable JsonRows rows;
    private int partition;
    private long read;
    private @Nullable String[] row = {};

    SnowflakeRows(SnowflakeSession session, SnowflakeAnswer first) throws Exception {
        this.session = session;
        this.handle = first.handle();
        this.columns = first.columns();
        this.partitions = first.partitions();
        this.rowCount = first.rowCount();
        this.rows = first.rows(columns.size());
    }

    /**
     * Goes to the next row; false at the end.
     *
     * @throws ProtocolException where fewer have come than the account has said: what is not there would be taken for gone
     */
    boolean next() throws Exception {
        while (rows != null) {
            @Nullable String[] found = rows.next();
            if (found != null) {
                row = found;
                read++;
                return true;
            }
            // The part that was read is not kept while the next one comes.
            close();
            partition++;
            if (partition < partitions) {
                rows = session.partition(handle, partition).rows(columns.size());
            }
        }
        if (read < rowCount) {
            throw new ProtocolException("fewer rows than there are");
        }
        return false;
    }

    /** How many columns there are. */
    int width() {
        return columns.size();
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
        if (!columns.contains(column)) {
            throw new ProtocolException("no column " + column);
        }
        return textIfAny(column);
    }

    /** The text of a column of a SHOW command; empty where there is no such column. */
    String textIfAny(String column) {
        int index = columns.indexOf(column);
        return index < 0 ? "" : text(index + 1);
    }

    @Override
    public void close() {
        if (rows != null) {
            rows.close();
            rows = null;
        }
    }
}
