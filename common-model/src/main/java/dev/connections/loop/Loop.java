package dev.connections.loop;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Runs rounds of a background service on its own thread, and pauses when a round found nothing to do.
 *
 * <p>A failed round is retried after the pause. Its failure is logged, but not repeatedly for the same failure in a
 * row. Stopping interrupts the thread and waits until the round has ended.
 */
public final class Loop implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final String name;
    private final Round round;
    private final Duration pause;
    private final int phase;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean wake;
    private volatile boolean stopping;
    private volatile @Nullable Thread thread;
    private @Nullable String lastFailure;

    /** One round of work. */
    @FunctionalInterface
    public interface Round {
        /** Does the pending work and returns how much it was; after 0 the loop pauses. */
        int runOnce() throws Exception;
    }

    /**
     * Creates a loop without starting it.
     *
     * @param name names the thread
     * @param pause how long to wait after a round that found nothing or failed, unless woken
     * @param phase Spring's lifecycle phase; a higher phase starts later and stops earlier
     */
    public Loop(String name, Round round, Duration pause, int phase) {
        this.name = name;
        this.round = round;
        this.pause = pause;
        this.phase = phase;
    }

    @Override
    public void start() {
        stopping = false;
        thread = Thread.ofPlatform().name(name).start(this::run);
    }

    @Override
    public void stop() {
        Thread running = thread;
        if (running == null) {
            return;
        }
        stopping = true;
        running.interrupt();
        try {
            if (!running.join(STOP_LIMIT)) {
                log.warn("{} did not stop within {} s", name, STOP_LIMIT.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread = null;
    }

    /** Ends the current pause, or the next one if none is in progress. */
    public void wake() {
        lock.lock();
        try {
            wake = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    @Override
    public int getPhase() {
        return phase;
    }

    private void run() {
        while (!stopping) {
            try {
                int done = round.runOnce();
                lastFailure = null;
                if (done == 0) {
                    pause();
                }
            } catch (InterruptedException e) {
                if (stopping) {
                    return;
                }
            } catch (Exception | Error e) {
                // Catch an Error too: a service whose thread has died would stay down unnoticed.
                log(e);
                pauseAfterFailure();
            }
        }
    }

    private void log(Throwable e) {
        String failure = e.getClass().getName() + e.getMessage();
        if (stopping || failure.equals(lastFailure)) {
            return;
        }
        lastFailure = failure;
        log.warn("{} failed and will be retried in {} ms", name, pause.toMillis(), e);
    }

    private void pauseAfterFailure() {
        try {
            pause();
        } catch (InterruptedException e) {
            // Only stopping interrupts the pause; the loop's condition ends the loop.
            Thread.currentThread().interrupt();
        }
    }

    private void pause() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = pause.toNanos();
            while (!wake && !stopping && left > 0) {
                left = woken.awaitNanos(left);
            }
            wake = false;
        } finally {
            lock.unlock();
        }
    }
}
