package dev.connections.worker.source.jdbc;

import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A streamed query whose rows belong to relations, in the order of a key. Not thread-safe.
 *
 * @param <K> the key; its natural order must be that of the query
 * @param <T> what a row is made into
 */
public final class RowGroups<K extends Comparable<K>, T> implements AutoCloseable {
    private static final int FETCH_BYTES = 1 << 20;
    private static final int MOST_ROWS = 5_000;
    /** Over about how many rows the average runs. */
    private static final int REMEMBERED = 16;

    private final PreparedStatement statement;
    private final ResultSet rows;
    private final RowReader<K> key;
    private final RowReader<T> reader;
    private final ToIntFunction<T> size;
    private final SourceLimits limits;
    private boolean onRow;
    /** Whether the driver fetches more than one row at a time. */
    private final boolean inParts;

    private double averageBytes;
    private int sinceGrowth;

    /** Makes something of the current row. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /**
     * Executes the statement, which is closed with this, also where that fails.
     *
     * @param size about how many characters a row has; the number of rows fetched at a time follows it, from that which
     *     the statement begins with, unless that is one row
     * @param limits which no relation's rows may exceed
     */
    public RowGroups(
            PreparedStatement statement,
            RowReader<K> key,
            RowReader<T> reader,
            ToIntFunction<T> size,
            SourceLimits limits)
            throws SQLException {
        this.statement = statement;
        this.limits = limits;
        this.key = key;
        this.reader = reader;
        this.size = size;
        try {
            this.inParts = statement.getFetchSize() != 1;
            this.rows = statement.executeQuery();
            this.onRow = rows.next();
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /**
     * The rows of the relation; keys must be asked for in rising order, and rows of those left out are skipped.
     *
     * @throws RunFailedException where they are more, or longer, than a limit
     */
    public List<T> of(K relation) throws SQLException {
        List<T> group = new ArrayList<>();
        long characters = 0;
        while (onRow) {
            int order = key.read(rows).compareTo(relation);
            if (order > 0) {
                break;
            }
            if (order == 0) {
                T read = reader.read(rows);
                group.add(read);
                int length = size.applyAsInt(read);
                characters += length;
                limits.checkRelationRows(group.size());
                limits.checkRelation(characters);
                follow(length);
            }
            onRow = rows.next();
        }
        return group;
    }

    /** Lets the next fetch bring a megabyte at most; it grows slowly, since the next rows may be longer, and shrinks at once. */
    private void follow(int bytes) throws SQLException {
        if (!inParts || bytes == 0) {
            return;
        }
        averageBytes += (bytes - averageBytes) / REMEMBERED;
        int fits = (int) Math.clamp(FETCH_BYTES / Math.max(averageBytes, bytes), 1, MOST_ROWS);
        int now = rows.getFetchSize();
        sinceGrowth++;
        if (fits < now) {
            rows.setFetchSize(fits);
        } else if (sinceGrowth >= now) {
            rows.setFetchSize(Math.min(fits, now * 2));
            sinceGrowth = 0;
        }
    }

    /** The rows first: a driver that streams keeps what is left of them if only the statement is closed. */
    @Override
    public void close() throws SQLException {
        try (statement) {
            rows.close();
        }
    }
}
