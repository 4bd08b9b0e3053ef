package dev.connections.api.database.pool;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Waits longer while all connections of the pool are busy, but no longer than a request can wait if the database hangs.
 *
 * <p>The pool's own timeout is short, so that a request fails soon with 503 if the database is unreachable. A burst of
 * requests is no reason to fail: while every connection is in use, the database is reachable. Statements of a request
 * have a short time limit; background work and {@link LongWork} have the socketTimeout of the pool.
 */
final class PatientDataSource extends DelegatingDataSource {
    private static final long PATIENCE_NS = Duration.ofSeconds(15).toNanos();
    private static final int ANSWER_MS = 1_500;

    private final HikariDataSource pool;

    PatientDataSource(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
        long until = System.nanoTime() + PATIENCE_NS;
        while (true) {
            try {
                return limited(pool.getConnection());
            } catch (SQLTransientConnectionException e) {
                if (!allAtWork() || System.nanoTime() - until > 0) {
                    throw e;
                }
            }
        }
    }

    /** The pool resets the limit when the connection is returned. */
    private static Connection limited(Connection connection) throws SQLException {
        if (RequestContextHolder.getRequestAttributes() != null && !LongWork.isAtWork()) {
            try {
                connection.setNetworkTimeout(Runnable::run, ANSWER_MS);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }
        return connection;
    }

    private boolean allAtWork() {
        return pool.getHikariPoolMXBean().getActiveConnections() >= pool.getMaximumPoolSize();
    }
}
