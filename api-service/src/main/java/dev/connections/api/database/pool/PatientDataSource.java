package dev.connections.api.database.pool;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Waits on where the pool's connections are all at work, and no longer than a request can where the database hangs.
 *
 * <p>The pool's own time-out is short, so that a request fails soon with 503 where the database is away. A burst of
 * requests is no reason to fail: while every connection is in use, the database is there. What a request asks of the
 * database is answered soon or not at all; the background, and {@link LongWork}, have the socketTimeout of the pool.
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

    /** The pool takes the limit back when the connection is returned. */
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
