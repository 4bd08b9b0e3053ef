package dev.connections.worker.execution;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Gives up on a session that is silent for longer than a limit, where the pool's own limit allows for the longest statement of a
 * run. The pool puts its own limit back when the connection is returned.
 */
final class ImpatientDataSource extends DelegatingDataSource {
    private final int limitMs;

    ImpatientDataSource(DataSource pool, Duration limit) {
        super(pool);
        this.limitMs = Math.toIntExact(limit.toMillis());
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        try {
            connection.setNetworkTimeout(Runnable::run, limitMs);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }
}
