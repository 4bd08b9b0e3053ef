package dev.connections.worker.source;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where connections may lead, and how long reaching a source may take.
 *
 * @param allowPrivate whether loopback and private addresses may be reached
 * @param connectTimeout the hard limit of one attempt, from looking up the name to the finished login
 */
@ConfigurationProperties("connections.worker.network")
public record NetworkProperties(
        @DefaultValue("false") boolean allowPrivate,
        @DefaultValue("10s") Duration connectTimeout) {
    public NetworkProperties {
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connections.worker.network.connect-timeout must be positive");
        }
    }
}
