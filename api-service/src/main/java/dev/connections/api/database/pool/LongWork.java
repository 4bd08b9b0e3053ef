package dev.connections.api.database.pool;

import java.util.function.Supplier;

/** Database work that may legitimately take longer than a request's time limit. */
public final class LongWork {
    private static final ThreadLocal<Boolean> AT_WORK = ThreadLocal.withInitial(() -> false);

    private LongWork() {}

    /** Runs the work; connections that this thread takes meanwhile have the pool's own time limit. */
    public static <T> T of(Supplier<T> work) {
        boolean outer = AT_WORK.get();
        AT_WORK.set(true);
        try {
            return work.get();
        } finally {
            AT_WORK.set(outer);
        }
    }

    static boolean isAtWork() {
        return AT_WORK.get();
    }
}
