package dev.connections.outbox;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Notifies the leading relay, in whichever process it runs, that new events are committed.
 *
 * <p>It rings outside the transactions that write the events: a NOTIFY inside would serialize their commits. A lost
 * ring costs half a second.
 */
final class EventBell {
    static final String CHANNEL = "connections_events";
    /** Waits for no disk: a ring that a crash loses is made up for. */
    private static final String RING = "select set_config('synchronous_commit', 'off', true), pg_notify(:channel, '')";

    private static final long SHORTEST_MS = 10;

    private final Semaphore rung = new Semaphore(0);
    private final JdbcClient jdbc;

    EventBell(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Requests a ring; concurrent requests share one ring. */
    public void ring() {
        if (rung.availablePermits() == 0) {
            rung.release();
        }
    }

    /** Waits for a request, and rings. */
    public int runOnce() throws InterruptedException {
        if (!rung.tryAcquire(1, TimeUnit.SECONDS)) {
            return 1;
        }
        rung.drainPermits();
        jdbc.sql(RING).param("channel", CHANNEL).query(row -> {});
        // The events of the next few milliseconds share the next ring.
        TimeUnit.MILLISECONDS.sleep(SHORTEST_MS);
        return 1;
    }
}
