package dev.connections.worker.deletion;

import dev.connections.worker.catalog.StatementCanceller;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** A deletion in a session of its own, whose statements end where the execution is stopped. */
record DeletionEffect(Connection connection, StatementCanceller canceller, Execution execution) implements Effect {
    static DeletionEffect open(DataSource dataSource, Execution execution) throws SQLException {
        Connection connection = DataSourceUtils.getConnection(dataSource);
        try {
            return new DeletionEffect(connection, StatementCanceller.of(connection, execution), execution);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public Object apply(JdbcClient jdbc) {
        execution.checkNotStopped();
        return new Deletion(jdbc, execution).delete();
    }

    @Override
    public DataSource session() {
        return new SingleConnectionDataSource(connection, true);
    }

    @Override
    public void close() {
        canceller.close();
        DataSourceUtils.releaseConnection(connection, null);
    }
}
