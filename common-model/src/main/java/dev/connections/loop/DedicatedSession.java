package dev.connections.loop;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * A database session outside the pool that holds an advisory lock for as long as its process lives.
 *
 * <p>PostgreSQL releases the lock as soon as the session ends. It ends the session if the client sends nothing for the
 * idle limit, so that a stopped or disconnected process loses the lock too. The owner must therefore call {@link #hold}
 * well within that limit.
 */
public final class DedicatedSession implements AutoCloseable {
    private final JdbcConnectionDetails details;
    private final String name;
    private final Duration idleLimit;
    private @Nullable Connection connection;
    private boolean held;
    private long usedAt = System.nanoTime();

    /** A session that is not open yet; its name is visible in pg_stat_activity. */
    public DedicatedSession(JdbcConnectionDetails details, String name, Duration idleLimit) {
        this.details = details;
        this.name = name;
        this.idleLimit = idleLimit;
    }

    /**
     * Opens the session if it is closed, and tries to acquire the lock if it is not held; returns whether it is held.
     */
    public boolean hold(int lockClass, int lockKey) throws SQLException {
        long asked = System.nanoTime();
        try (Statement statement = connection().createStatement()) {
            String query = held ? "select true" : "select pg_try_advisory_lock(" + lockClass + ", " + lockKey + ")";
            try (var row = statement.executeQuery(query)) {
                row.next();
                held = row.getBoolean(1);
            }
            usedAt = asked;
            return held;
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    /**
     * Whether the lock is held without doubt: PostgreSQL cannot have ended the session for being idle since {@link #hold}
     * returned true. A process that was stopped learns from it that another may have the lock now.
     */
    public boolean surelyHolds() {
        return held && System.nanoTime() - usedAt < idleLimit.toNanos();
    }

    /** The open connection, in autocommit mode. */
    public Connection connection() throws SQLException {
        Connection open = connection;
        if (open == null || open.isClosed()) {
            held = false;
            open = open();
            connection = open;
        }
        return open;
    }

    /** Ends the session and with it the lock. */
    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        held = false;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException ignored) {
                // The session is closed either way, which is the goal.
            }
        }
    }

    private Connection open() throws SQLException {
        Properties properties = new Properties();
        if (details.getUsername() != null) {
            properties.setProperty("user", details.getUsername());
        }
        if (details.getPassword() != null) {
            properties.setProperty("password", details.getPassword());
        }
        properties.setProperty("ApplicationName", name);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "10");
        Connection opened = DriverManager.getConnection(details.getJdbcUrl(), properties);
        try (Statement statement = opened.createStatement()) {
            statement.execute("set idle_session_timeout = " + idleLimit.toMillis());
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
    }
}
