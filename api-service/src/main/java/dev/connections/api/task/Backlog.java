package dev.connections.api.task;

import dev.connections.api.http.problem.ProblemException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Refuses new tasks while too many commands are waiting for Kafka: those that are due, since a retry waits for its time and not
 * for Kafka. The count is at most one second old.
 */
@Component
class Backlog {
    private static final String IS_FULL = """
            select count(*) > :most
              from (select from command_outbox where available_at <= now() limit :most + 1) unpublished
            """;
    private static final long FRESH_NANOS = 1_000_000_000L;

    private final JdbcClient jdbc;
    private final int most;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long lookedAt = System.nanoTime() - FRESH_NANOS;
    private volatile boolean full;

    Backlog(JdbcClient jdbc, TaskProperties properties) {
        this.jdbc = jdbc;
        this.most = properties.maxUnpublishedCommands();
    }

    /** Throws the 503 problem while the backlog is full. */
    void refuseWhenFull() {
        if (System.nanoTime() - lookedAt >= FRESH_NANOS && looking.compareAndSet(false, true)) {
            try {
                full = jdbc.sql(IS_FULL)
                        .param("most", most)
                        .query(Boolean.class)
                        .single();
                lookedAt = System.nanoTime();
            } finally {
                looking.set(false);
            }
        }
        if (full) {
            throw ProblemException.unavailable(
                    "Too many tasks are waiting to be published. Nothing was created; try again later.");
        }
    }
}
