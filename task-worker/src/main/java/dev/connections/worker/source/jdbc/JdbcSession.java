package dev.connections.worker.source.jdbc;

import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Dial;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A login to a source that ends with the execution: a stop cancels its statement and then cuts its sockets. */
public final class JdbcSession implements AutoCloseable {
    private static final long CANCEL_GRACE_MILLIS = 1_000;

    private final Connection connection;
    private final Dial dial;
    private final JdbcDialect dialect;
    private final Execution.Registration onStop;

    JdbcSession(Execution execution, Connection connection, Dial dial, JdbcDialect dialect) {
        this.connection = connection;
        this.dial = dial;
        this.dialect = dialect;
        this.onStop = execution.onStop(this::abort);
    }

    /** The JDBC connection; read-only, in auto-commit mode, and closed with this. */
    public Connection connection() {
        return connection;
    }

    /**
     * Reads with the session.
     *
     * @throws Exception what broke its socket, where the driver cannot know that, and else what the reading throws
     */
    public <T> T read(Callable<T> reading) throws Exception {
        try {
            return reading.call();
        } catch (SQLException e) {
            throw dial.explained(e);
        } catch (RunFailedException | CancellationException e) {
            throw e;
        } catch (RuntimeException e) {
            // A driver may stumble over half an answer.
            throw dial.isBroken() ? dial.explained(new SQLException(e)) : e;
        }
    }

    /** Cuts the sockets; a driver would read to its end what nobody wants to have any more. */
    public void cut() {
        dial.close();
    }

    @Override
    public void close() {
        onStop.close();
        try {
            connection.close();
        } catch (SQLException e) {
            // The sockets go in any case, and the session with them.
        } finally {
            dial.close();
        }
    }

    /** Asks the source to stop the statement, which would run on after its client went; then cuts the sockets. */
    private void abort() {
        CompletableFuture.delayedExecutor(CANCEL_GRACE_MILLIS, TimeUnit.MILLISECONDS)
                .execute(dial::close);
        Thread.ofPlatform().daemon().name("dial-cancel").start(() -> {
            try {
                dial.onThisThread(() -> dialect.cancelStatement(connection));
            } catch (SQLException e) {
                // It is cut off instead.
            } finally {
                dial.close();
            }
        });
    }
}
