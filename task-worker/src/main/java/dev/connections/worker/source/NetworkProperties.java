package dev.connections.worker.source;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.ConstructorBinding;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where connections may lead, and how long reaching a source may take.
 *
 * @param allowPrivate whether loopback and private addresses may be reached
 * @param connectTimeout the hard limit of one attempt, from looking up the name to the finished login
 * @param nat64Prefixes the NAT64 prefixes of the worker's network besides the well-known ones, such as 2001:db8:64::/96: an
 *     address in one of them leads to the IPv4 address inside, which is what is checked
 * @param caCertificates a file of certificates in PEM, whose issuers are trusted besides those that the JVM trusts where a
 *     connection names none: of private endpoints, or of a proxy that looks into TLS
 * @param endpoints where the clouds answer whose connections name no host
 */
@ConfigurationProperties("connections.worker.network")
public record NetworkProperties(
        @DefaultValue("false") boolean allowPrivate,
        @DefaultValue("10s") Duration connectTimeout,
        @DefaultValue List<String> nat64Prefixes,
        @Nullable Path caCertificates,
        @DefaultValue Endpoints endpoints) {
    @ConstructorBinding
    public NetworkProperties {
        nat64Prefixes = List.copyOf(nat64Prefixes);
        if (connectTimeout.isNegative() || connectTimeout.isZero()) {
            throw new IllegalArgumentException("connections.worker.network.connect-timeout must be positive");
        }
    }

    /** A network without NAT64 prefixes and issuers of its own. */
    public NetworkProperties(boolean allowPrivate, Duration connectTimeout) {
        this(allowPrivate, connectTimeout, List.of(), null, Endpoints.PUBLIC);
    }

    /**
     * The addresses of clouds, each {@code https://} and a host, with a port if it is not 443: the public ones, or private
     * endpoints of the worker's network. Operators choose them, and not users; tokens and signatures are sent to them.
     *
     * @param bigQuery BigQuery's API
     * @param googleTokens where Google gives tokens for service accounts
     * @param glue Glue's API, in which {region} stands for the connection's region
     */
    public record Endpoints(
            @DefaultValue(BIG_QUERY) String bigQuery,
            @DefaultValue(GOOGLE_TOKENS) String googleTokens,
            @DefaultValue(GLUE) String glue) {
        private static final String BIG_QUERY = "https://bigquery.googleapis.com";
        private static final String GOOGLE_TOKENS = "https://oauth2.googleapis.com";
        private static final String GLUE = "https://glue.{region}.amazonaws.com";

        /** Those of the clouds' own networks. */
        public static final Endpoints PUBLIC = new Endpoints(BIG_QUERY, GOOGLE_TOKENS, GLUE);
    }
}
