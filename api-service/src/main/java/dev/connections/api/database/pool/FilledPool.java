package dev.connections.api.database.pool;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;

/**
 * Opens the port once the pool has its connections. Clients move to a service the moment its port is open, and on a busy
 * machine the first of them would wait longer for a connection than a request does.
 */
final class FilledPool implements SmartLifecycle {
    /** The port opens after this in any case, where the database gives fewer connections. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private static final long LOOK_EVERY_MS = 10;

    private final HikariDataSource pool;
    private volatile boolean running;

    FilledPool(HikariDataSource pool) {
        this.pool = pool;
    }

    @Override
    public void start() {
        running = true;
        long until = System.nanoTime() + LIMIT.toNanos();
        try {
            while (!isFull() && System.nanoTime() - until < 0) {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The migration has taken the pool's first connection, with which it begins to fill itself. */
    private boolean isFull() {
        return pool.getHikariPoolMXBean().getTotalConnections() >= pool.getMinimumIdle();
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Starts before the web server. */
    @Override
    public int getPhase() {
        return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
    }
}
