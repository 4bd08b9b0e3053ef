package dev.connections.api.database.pool;

import java.time.Duration;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * How long a request waits where others are before it. What it waits for one after the other shares the time: a request that has
 * waited for its group does not wait for a connection of the pool as long again.
 */
public final class RequestPatience {
    /** Of a request that has said nothing else. */
    private static final Duration DEFAULT = Duration.ofSeconds(15);

    private static final String END = RequestPatience.class.getName();

    private RequestPatience() {}

    /** Ends the patience of this thread's request, if it serves one, at that {@link System#nanoTime}. */
    public static void endAt(long nanoTime) {
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        if (request != null) {
            request.setAttribute(END, nanoTime, RequestAttributes.SCOPE_REQUEST);
        }
    }

    /** The {@link System#nanoTime} until which a wait that begins now may last. */
    static long end() {
        long byDefault = System.nanoTime() + DEFAULT.toNanos();
        RequestAttributes request = RequestContextHolder.getRequestAttributes();
        return request != null && request.getAttribute(END, RequestAttributes.SCOPE_REQUEST) instanceof Long set
                ? Math.min(set - byDefault, 0) + byDefault
                : byDefault;
    }
}
