package dev.connections.api.http.connector;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that the large bodies of all requests in progress may take together. Thread-safe. */
final class BodyBudget {
    /** The part of each body that is not counted, so that small requests are served however many large ones there are. */
    static final int FREE = 4 * 1024;

    private final AtomicLong left;

    BodyBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /**
     * A sixteenth of a heap of this size. While a body is parsed and checked it occupies several times its size, so this
     * becomes about a quarter.
     */
    static BodyBudget ofHeap(long bytes) {
        return new BodyBudget(bytes / 16);
    }

    /** Takes these bytes; takes none and returns false if fewer are left. */
    boolean take(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    /** Returns bytes that were taken. */
    void give(long bytes) {
        left.addAndGet(bytes);
    }
}
