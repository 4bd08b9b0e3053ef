package dev.connections.worker.presence;

import dev.connections.loop.DedicatedSession;
import dev.connections.task.TaskType;
import dev.connections.task.WorkerStore;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * Shows that this worker lives: a row that says when it was seen, and a session that holds an advisory lock, which
 * PostgreSQL drops the moment the process dies.
 */
public final class Presence implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Presence.class);

    private final String workerId;
    private final Set<TaskType> types;
    private final WorkerStore store;
    private final DedicatedSession session;
    private final long patienceNanos;
    private @Nullable Integer presenceKey;
    private volatile boolean shown;
    private volatile long shownAt = System.nanoTime();

    /** A presence that has not been shown yet; the session ends by itself when it is not shown for the lease. */
    public Presence(
            String workerId, Set<TaskType> types, WorkerStore store, JdbcConnectionDetails details, Duration lease) {
        this.workerId = workerId;
        this.types = types;
        this.store = store;
        this.session = new DedicatedSession(details, "connections presence of " + workerId, lease);
        this.patienceNanos = lease.toNanos() / 3 * 2;
    }

    /**
     * Shows it once more; the first call joins.
     *
     * @throws IllegalStateException where another process lives under the same worker id
     */
    public synchronized void show() throws SQLException {
        shown = false;
        Integer key = presenceKey;
        if (key == null) {
            key = store.join(workerId, types);
            presenceKey = key;
            log.info("worker {} joins for {}", workerId, types);
        }
        if (!session.hold(WorkerStore.PRESENCE_LOCK_CLASS, key)) {
            throw new IllegalStateException("another process lives as worker " + workerId
                    + "; give each worker its own connections.worker.id, or none");
        }
        if (!store.seen(workerId)) {
            // Whoever was away for longer than history is kept joins again, under another key.
            log.warn("worker {} was not seen for so long that it was removed; it joins again", workerId);
            presenceKey = null;
            session.close();
            show();
            return;
        }
        shownAt = System.nanoTime();
        shown = true;
    }

    /** Whether others saw this worker when it last showed itself, and nobody has doubted it since. */
    public boolean isShown() {
        return shown;
    }

    /** Makes it not shown until it is shown again: something failed as it does where its session is gone. */
    public void doubt() {
        shown = false;
    }

    /** Whether it was not shown for so long that the leases of this worker's runs end soon. */
    public boolean isOverdue() {
        return System.nanoTime() - shownAt > patienceNanos;
    }

    /** Leaves in good order. */
    @Override
    public synchronized void close() {
        if (presenceKey != null) {
            store.leave(workerId);
        }
        session.close();
    }
}
