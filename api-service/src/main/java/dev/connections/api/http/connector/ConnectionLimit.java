package dev.connections.api.http.connector;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * How many connections the server holds at once: as {@code server.tomcat.max-connections} says, else one per 256 KiB of
 * the heap's limit. An idle connection takes about 20 KiB, an open stream or a small request up to 100 KiB.
 */
@Component
public final class ConnectionLimit {
    static final long HEAP_PER_CONNECTION = 256 * 1024;
    static final int LEAST = 100;
    static final int MOST = 20_000;

    private final int value;

    ConnectionLimit(Environment environment) {
        Integer configured = environment.getProperty("server.tomcat.max-connections", Integer.class);
        this.value = configured == null ? ofHeap(Runtime.getRuntime().maxMemory()) : configured;
    }

    /** The limit. */
    public int value() {
        return value;
    }

    static int ofHeap(long bytes) {
        return Math.toIntExact(Math.clamp(bytes / HEAP_PER_CONNECTION, LEAST, MOST));
    }
}
