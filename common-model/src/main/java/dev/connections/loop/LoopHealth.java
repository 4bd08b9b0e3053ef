package dev.connections.loop;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * For liveness: DOWN while a loop has not ended a round for longer than {@link Loop#limit}. A round that fails has
 * ended: a database or broker that is down does not make a process restart.
 */
final class LoopHealth implements HealthIndicator {
    private static final Logger log = LoggerFactory.getLogger(LoopHealth.class);

    private final Supplier<Stream<Loop>> loops;
    private Map<String, String> reported = Map.of();

    /** Watches the loops that the supplier returns at each look. */
    LoopHealth(Supplier<Stream<Loop>> loops) {
        this.loops = loops;
    }

    @Override
    public synchronized Health health() {
        Map<String, String> stalled = new TreeMap<>();
        loops.get().forEach(loop -> {
            Duration since = loop.sinceLastRound();
            if (since.compareTo(loop.limit()) > 0) {
                stalled.put(
                        loop.name(),
                        "no round for " + since.toSeconds() + " s, at most "
                                + loop.limit().toSeconds() + " s expected");
            }
        });
        if (!stalled.isEmpty() && !stalled.keySet().equals(reported.keySet())) {
            log.error("liveness is DOWN because of background loops: {}", stalled);
        }
        reported = stalled;
        return stalled.isEmpty()
                ? Health.up().build()
                : Health.down().withDetails(stalled).build();
    }
}
