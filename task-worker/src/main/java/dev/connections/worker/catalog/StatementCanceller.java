package dev.connections.worker.catalog;

import dev.connections.worker.execution.Execution;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cancels whatever statement a session runs when the execution is stopped. */
public final class StatementCanceller implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatementCanceller.class);

    private final PGConnection session;
    private @Nullable Thread canceling;
    private boolean closed;
    private Execution.@Nullable Registration registration;

    private StatementCanceller(PGConnection session) {
        this.session = session;
    }

    /** Watches the execution until closed. */
    public static StatementCanceller of(Connection connection, Execution execution) throws SQLException {
        StatementCanceller canceller = new StatementCanceller(connection.unwrap(PGConnection.class));
        canceller.registration = execution.onStop(canceller::start);
        return canceller;
    }

    /** Returns when no cancel is on its way any more: the session's next user must not meet it. */
    @Override
    public void close() {
        if (registration != null) {
            registration.close();
        }
        Thread thread = end();
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The cancel is bounded by the driver's own limits, and would meet the next user.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A cancel request is a connection of its own, so it must not be made on the thread that stops the execution. A stop
     * that began before the registration was closed may come here after that.
     */
    private synchronized void start() {
        if (!closed) {
            canceling = Thread.ofVirtual().name("cancel-merge").start(this::cancel);
        }
    }

    private synchronized @Nullable Thread end() {
        closed = true;
        return canceling;
    }

    private void cancel() {
        try {
            session.cancelQuery();
        } catch (SQLException e) {
            log.warn("the merge of a crawl could not be canceled: {}", e.getMessage());
        }
    }
}
