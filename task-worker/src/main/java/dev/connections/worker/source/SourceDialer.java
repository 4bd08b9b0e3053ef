package dev.connections.worker.source;

import dev.connections.connection.ClientConfiguration.Tls;
import dev.connections.connection.ClientConfiguration.TlsMode;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/** Dials the sources of users: only at permitted addresses, and within a hard time limit. */
@Component
@EnableConfigurationProperties(NetworkProperties.class)
public final class SourceDialer {
    private final AddressGuard guard;
    private final Duration limit;
    private final List<X509Certificate> issuers;
    private final NetworkProperties.Endpoints endpoints;

    /**
     * Takes the own services of this installation, which no connection may reach, from the environment.
     *
     * @param ownAddresses finds further addresses of those services
     */
    public SourceDialer(
            NetworkProperties network, Environment environment, Supplier<Set<InetSocketAddress>> ownAddresses) {
        this.guard = new AddressGuard(
                network.allowPrivate(),
                new CarriedAddresses(network.nat64Prefixes()),
                OwnServices.of(environment, ownAddresses));
        this.limit = network.connectTimeout();
        this.issuers = SourceTls.issuers(network.caCertificates());
        this.endpoints = network.endpoints();
    }

    /** Where the clouds answer whose connections name no host. */
    public NetworkProperties.Endpoints endpoints() {
        return endpoints;
    }

    /** The hard limit of one attempt, from looking up the name to the finished login. */
    public Duration limit() {
        return limit;
    }

    /**
     * Begins to dial one source; nothing is sent before {@link Dial#within} is given work.
     *
     * @param checks makes the checks of what the source sends: one for each socket, and one for what comes out of its TLS
     */
    public Dial dial(TlsMode mode, @Nullable Tls tls, Supplier<AnswerCheck> checks) {
        return new Dial(guard, checks, () -> SourceTls.of(mode, tls, issuers));
    }
}
