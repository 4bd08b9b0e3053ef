package dev.connections.api.database.pool;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Database work that may legitimately take longer than a request's time limit. Only a quarter of the pool's connections
 * are for it, so that however many costly requests there are, the others find a connection.
 */
@Component
public final class LongWork {
    private static final ThreadLocal<Boolean> AT_WORK = ThreadLocal.withInitial(() -> false);

    private final Semaphore places;
    private final Duration patience;

    LongWork(
            @Value("${spring.datasource.hikari.maximum-pool-size:10}") int poolSize,
            @Value("${connections.long-work.patience:2s}") Duration patience) {
        this.places = new Semaphore(Math.max(1, poolSize / 4));
        this.patience = patience;
    }

    /**
     * Runs the work when there is a place for it; connections that this thread takes meanwhile have the longer limit.
     *
     * @throws BusyException if no place became free in time
     */
    public <T> T of(Supplier<T> work) {
        if (AT_WORK.get()) {
            return work.get();
        }
        takePlace();
        AT_WORK.set(true);
        try {
            return work.get();
        } finally {
            AT_WORK.remove();
            places.release();
        }
    }

    static boolean isAtWork() {
        return AT_WORK.get();
    }

    private void takePlace() {
        try {
            if (places.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new BusyException();
    }
}
