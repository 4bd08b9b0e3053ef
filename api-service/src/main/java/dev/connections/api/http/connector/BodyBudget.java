package dev.connections.api.http.connector;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes that the large bodies of all requests in progress may take together. Thread-safe. */
final class BodyBudget {
    /** So much of each body counts as nothing: small requests are served, however many large ones there are. */
    static final int FREE = 4 * 1024;

    private final AtomicLong left;

    BodyBudget(long bytes) {
        this.left = new AtomicLong(bytes);
    }

    /** A body takes several times its size while it is parsed and checked, and so may take a quarter of the heap. */
    static BodyBudget ofHeap(long bytes) {
        return new BodyBudget(bytes / 16);
    }

    /** Takes so many bytes, or none and returns false if they are not left. */
    boolean take(long bytes) {
        if (left.addAndGet(-bytes) >= 0) {
            return true;
        }
        left.addAndGet(bytes);
        return false;
    }

    void give(long bytes) {
        left.addAndGet(bytes);
    }
}
