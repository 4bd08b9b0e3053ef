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
 * <p>A round that throws an exception is retried after the pause. Its failure is logged, but not repeatedly for the
 * same failure in a row. An {@link Error} ends the process, see {@link Halt}: what it left behind is unknown, and a
 * service whose thread has died would stay down unnoticed. Stopping interrupts the thread and waits until the round has
 * ended.
 */
public final class Loop implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Loop.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    /** The waits of a round have limits of their own; all of them together are below this. */
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(2);

    private static final int PAUSES = 3;
    private static final ThreadLocal<@Nullable Loop> CURRENT = new ThreadLocal<>();

    private final String name;
    private final Round round;
    private final Duration pause;
    private final Duration longestRound;
    private final int phase;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private boolean wake;
    private volatile boolean stopping;
    private volatile long lastRound = System.nanoTime();
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
        this(name, round, pause, phase, LONGEST_ROUND);
    }

    /** A loop with another limit for the length of a round. */
    Loop(String name, Round round, Duration pause, int phase, Duration longestRound) {
        this.name = name;
        this.round = round;
        this.pause = pause;
        this.phase = phase;
        this.longestRound = longestRound;
    }

    /**
     * Counts as the end of a round for the loop that calls this on its thread, if one does: for a round that has to wait
     * for as long as a dependency is down.
     */
    public static void stillAlive() {
        Loop current = CURRENT.get();
        if (current != null) {
            current.lastRound = System.nanoTime();
        }
    }

    @Override
    public void start() {
        stopping = false;
        lastRound = System.nanoTime();
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

    String name() {
        return name;
    }

    /** How long ago its last round ended; zero while the loop is not running. */
    Duration sinceLastRound() {
        long ended = lastRound;
        return thread == null || stopping ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - ended);
    }

    /** After this time without the end of a round it is stalled: three pauses and the longest round. */
    Duration limit() {
        return longestRound.plus(pause.multipliedBy(PAUSES));
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
        CURRENT.set(this);
        while (!stopping) {
            try {
                int done = round.runOnce();
                lastRound = System.nanoTime();
                lastFailure = null;
                if (done == 0) {
                    pause();
                }
            } catch (InterruptedException e) {
                if (stopping) {
                    return;
                }
            } catch (Exception e) {
                lastRound = System.nanoTime();
                log(e);
                pauseAfterFailure();
            } catch (Error e) {
                Halt.process("loop " + name, e);
                return;
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
