package dev.connections.loop;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that does not end in time after SIGTERM, whatever its shutdown waits for: requests or runs that do
 * not end, a database that hangs, memory. Nothing that was accepted is lost with it.
 */
public final class ShutdownLimit {
    /** As after a SIGTERM without any handler. */
    private static final int STATUS = 128 + 15;

    private static final Logger log = LoggerFactory.getLogger(ShutdownLimit.class);
    private static final Duration LOG_LIMIT = Duration.ofMillis(500);

    private ShutdownLimit() {}

    /** Applies to this process from now on. The thread waits from the start, as a starved process may get none later. */
    public static void install(Duration limit) {
        CountDownLatch begun = new CountDownLatch(1);
        Thread.ofPlatform().daemon().name("shutdown-limit").start(() -> awaitThenHalt(begun, limit));
        Runtime.getRuntime().addShutdownHook(new Thread(begun::countDown, "shutdown-begins"));
    }

    private static void awaitThenHalt(CountDownLatch begun, Duration limit) {
        try {
            begun.await();
            TimeUnit.NANOSECONDS.sleep(limit.toNanos());
            // Logging may hang like everything else.
            Thread logs = Thread.ofPlatform()
                    .daemon()
                    .start(() -> log.error(
                            "the shutdown did not complete within {} s; the process is halted", limit.toSeconds()));
            logs.join(LOG_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
