package dev.connections.outbox;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Tells the relay that leads, in whichever process it is, that new events are committed.
 *
 * <p>It rings outside the transactions that write the events: a NOTIFY inside would make their commits wait for each
 * other. A lost ring costs half a second.
 */
final class EventBell {
    static final String CHANNEL = "connections_events";
    private static final long SHORTEST_MS = 10;

    private final Semaphore rung = new Semaphore(0);
    private final JdbcClient jdbc;

    EventBell(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Asks to ring; many at once ring once. */
    public void ring() {
        if (rung.availablePermits() == 0) {
            rung.release();
        }
    }

    /** Waits until somebody asks, and rings. */
    public int runOnce() throws InterruptedException {
        if (!rung.tryAcquire(1, TimeUnit.SECONDS)) {
            return 1;
        }
        rung.drainPermits();
        jdbc.sql("select pg_notify(:channel, '')").param("channel", CHANNEL).query(row -> {});
        // The events of the next few milliseconds share the next ring.
        TimeUnit.MILLISECONDS.sleep(SHORTEST_MS);
        return 1;
    }
}
