package dev.connections.outbox;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * For readiness: DOWN while Kafka answers and is not as this service needs it, which somebody has to change. A broker that
 * is down makes nothing unready: what the API accepts waits in the outbox.
 */
final class KafkaHealth implements HealthIndicator {
    private final KafkaSetup setup;

    KafkaHealth(KafkaSetup setup) {
        this.setup = setup;
    }

    @Override
    public Health health() {
        return setup.problem()
                .map(problem -> Health.down().withDetail("problem", problem).build())
                .orElseGet(() -> Health.up().build());
    }
}
