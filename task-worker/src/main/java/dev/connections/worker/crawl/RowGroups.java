package dev.connections.worker.crawl;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A streamed query whose rows belong to relations, in the order of the id in its first column. */
final class RowGroups<T> implements AutoCloseable {
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final RowReader<T> reader;
    private boolean onRow;

    /** Makes something of the current row. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    RowGroups(Connection connection, PostgresSql.ByRelation query, RelationFilter filter, RowReader<T> reader)
            throws SQLException {
        this.statement = filter.statement(connection, query);
        this.reader = reader;
        try {
            this.rows = statement.executeQuery();
            this.onRow = rows.next();
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    /** The rows of the relation; ids must be asked for in rising order, and rows of those left out are skipped. */
    List<T> of(long relation) throws SQLException {
        List<T> group = new ArrayList<>();
        while (onRow) {
            long id = rows.getLong(1);
            if (id > relation) {
                break;
            }
            if (id == relation) {
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
