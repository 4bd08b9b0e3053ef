package dev.connections.task;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The number of attempts of failed work, and the wait before each further attempt. The worker uses it when a run fails,
 * the sweeper when it ends a run whose workers were lost. Both processes read the same property.
 *
 * @param retryBackoff the wait before the second attempt, at most an hour; it doubles with each
 */
@ConfigurationProperties("connections.worker")
public record RetryPolicy(@DefaultValue("10s") Duration retryBackoff) {
    private static final Duration LONGEST = Duration.ofHours(1);
    private static final double SPREAD = 0.2;

    public RetryPolicy {
        if (retryBackoff.isNegative() || retryBackoff.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("connections.worker.retry-backoff is " + retryBackoff
                    + "; set a duration between 0s and 1h, such as 10s");
        }
    }

    /** Whether work that failed at the attempt, counted from 1, is tried again. */
    public boolean triesAgainAfter(int attempt, TaskTrigger trigger) {
        return attempt < attempts(trigger);
    }

    /**
     * The wait after the attempt, counted from 1. Jitter changes it by up to a fifth, so that work that failed together
     * is not retried together. It is never more than an hour.
     */
    public Duration backoffAfter(int attempt) {
        double doubled = retryBackoff.toMillis() * Math.pow(2, attempt - 1);
        double spread = ThreadLocalRandom.current().nextDouble(1 - SPREAD, 1 + SPREAD);
        return Duration.ofMillis((long) Math.min(doubled * spread, (double) LONGEST.toMillis()));
    }

    private static int attempts(TaskTrigger trigger) {
        return switch (trigger) {
            case MANUAL -> 3;
            case SCHEDULED, SYSTEM -> 5;
        };
    }
}
