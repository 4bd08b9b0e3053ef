package dev.connections.api.pool;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Waits on where the pool's connections are all at work.
 *
 * <p>The pool's own time-out is short, so that a request fails soon with 503 where the database is away. A burst of
 * requests is no reason to fail: while every connection is in use, the database is there.
 */
final class PatientDataSource extends DelegatingDataSource {
    private static final long PATIENCE_NS = Duration.ofSeconds(15).toNanos();

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
                return pool.getConnection();
            } catch (SQLTransientConnectionException e) {
                if (!allAtWork() || System.nanoTime() - until > 0) {
                    throw e;
                }
            }
        }
    }

    private boolean allAtWork() {
        return pool.getHikariPoolMXBean().getActiveConnections() >= pool.getMaximumPoolSize();
    }
}
