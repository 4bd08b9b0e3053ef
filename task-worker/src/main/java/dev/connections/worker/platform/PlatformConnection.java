package dev.connections.worker.platform;

import dev.connections.worker.execution.Execution;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.postgresql.core.BaseConnection;

/** A login to a platform that ends with the execution: a stop cancels its statement and cuts its sockets. */
public final class PlatformConnection implements AutoCloseable {
    private static final long CANCEL_GRACE_MILLIS = 1_000;

    private final Connection jdbc;
    private final Dial dial;
    private final Execution.Registration onStop;

    PlatformConnection(Execution execution, Connection jdbc, Dial dial) {
        this.jdbc = jdbc;
        this.dial = dial;
        this.onStop = execution.onStop(this::abort);
    }

    /** The JDBC connection; read-only, in auto-commit mode, and closed with this. */
    public Connection jdbc() {
        return jdbc;
    }

    @Override
    public void close() {
        onStop.close();
        try {
            jdbc.close();
        } catch (SQLException e) {
            // The sockets go in any case, and the session with them.
        } finally {
            dial.close();
        }
    }

    /** Tells the platform to stop the statement, for it would run on after its client went; then cuts the sockets. */
    private void abort() {
        CompletableFuture.delayedExecutor(CANCEL_GRACE_MILLIS, TimeUnit.MILLISECONDS)
                .execute(dial::close);
        Thread.ofPlatform().daemon().name("dial-cancel").start(() -> {
            try {
                jdbc.unwrap(BaseConnection.class).cancelQuery();
            } catch (SQLException e) {
                // It is cut off instead.
            } finally {
                dial.close();
            }
        });
    }
}
