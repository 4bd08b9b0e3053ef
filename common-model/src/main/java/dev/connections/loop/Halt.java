package dev.connections.loop;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process that cannot go on. After an {@link OutOfMemoryError} or in a process without one of its loops, health
 * checks and shutdown hooks cannot be relied on, so nothing is cleaned up: the process is gone at once, other processes
 * take over its work, and whatever supervises it starts it again.
 */
public final class Halt {
    /** The exit code of a process that ended itself. */
    public static final int EXIT_CODE = 70;

    private static final Logger log = LoggerFactory.getLogger(Halt.class);

    private static volatile Consumer<Throwable> ending =
            cause -> Runtime.getRuntime().halt(EXIT_CODE);

    private Halt() {}

    /**
     * Logs why, and ends the process.
     *
     * @param who what cannot go on, for the log
     */
    public static void process(String who, Throwable cause) {
        try {
            log.error("{} cannot go on; this process ends now", who, cause);
        } finally {
            // Without memory the line above may fail too.
            ending.accept(cause);
        }
    }

    /** Replaces the end of the process, for tests; closing the result brings it back. */
    public static Replacement replace(Consumer<Throwable> seen) {
        Consumer<Throwable> replaced = ending;
        ending = seen;
        return () -> ending = replaced;
    }

    /** Takes back what {@link #replace} did. */
    public interface Replacement extends AutoCloseable {
        @Override
        void close();
    }
}
