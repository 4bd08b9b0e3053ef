package dev.connections.api.database.pool;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Waits longer while all connections of the pool are busy, but no longer than {@link RequestPatience} says.
 *
 * <p>The pool's own timeout is short, so that a request fails soon with 503 if the database is unreachable. A burst of
 * requests is no reason to fail: while every connection is in use, the database is reachable. Statements of a request
 * have a short time limit; {@link LongWork} and what is no request have the socketTimeout of the pool. PostgreSQL ends a
 * statement before its client gives up on it, see {@link SessionLimit}.
 */
final class PatientDataSource extends DelegatingDataSource {
    private static final int ANSWER_MS = 2_000;

    private final HikariDataSource pool;

    PatientDataSource(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
    }

    @Override
    public Connection getConnection() throws SQLException {
        long until = RequestPatience.end();
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
        SessionLimit limit = limit();
        try {
            if (limit == SessionLimit.REQUEST) {
                connection.setNetworkTimeout(Runnable::run, ANSWER_MS);
            }
            limit.setOn(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    private static SessionLimit limit() {
        if (RequestContextHolder.getRequestAttributes() == null) {
            return SessionLimit.UNHURRIED;
        }
        return LongWork.isAtWork() ? SessionLimit.LONG_WORK : SessionLimit.REQUEST;
    }

    private boolean allAtWork() {
        return pool.getHikariPoolMXBean().getActiveConnections() >= pool.getMaximumPoolSize();
    }
}
