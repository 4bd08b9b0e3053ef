package dev.connections.worker.source.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A streamed query whose rows belong to relations, in the order of a key. Not thread-safe.
 *
 * @param <K> the key; its natural order must be that of the query
 * @param <T> what a row is made into
 */
public final class RowGroups<K extends Comparable<K>, T> implements AutoCloseable {
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final RowReader<K> key;
    private final RowReader<T> reader;
    private boolean onRow;

    /** Makes something of the current row. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Executes the statement, which is closed with this, also where that fails. */
    public RowGroups(PreparedStatement statement, RowReader<K> key, RowReader<T> reader) throws SQLException {
        this.statement = statement;
        this.key = key;
        this.reader = reader;
        try {
            this.rows = statement.executeQuery();
            this.onRow = rows.next();
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /** The rows of the relation; keys must be asked for in rising order, and rows of those left out are skipped. */
    public List<T> of(K relation) throws SQLException {
        List<T> group = new ArrayList<>();
        while (onRow) {
            int order = key.read(rows).compareTo(relation);
            if (order > 0) {
                break;
            }
            if (order == 0) {
                group.add(reader.read(rows));
            }
            onRow = rows.next();
        }
        return group;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
