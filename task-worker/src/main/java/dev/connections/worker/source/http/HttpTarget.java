package dev.connections.worker.source.http;

import dev.connections.connection.ClientConfiguration.Tls;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.source.SourceHost;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a source answers over HTTP.
 *
 * @param host one name or address and a port
 * @param mode over HTTP there is nothing to agree on: what is certain is HTTPS, and what is not is HTTP
 * @param tls the authority to trust; null for those that the JVM trusts
 */
public record HttpTarget(
        SourceHost host, TlsMode mode, @Nullable Tls tls) {
    /**
     * A scheme, a host that may be in brackets, a port that may be left out, and a path with its query. Hosts have names here
     * that the JDK's URI takes for none, such as those with an underscore.
     */
    private static final Pattern ADDRESS = Pattern.compile(
            "(?i)(https?)://(?:\\[([0-9a-f:.]+)]|([a-z0-9._-]+))(?::([0-9]{1,5}))?(/[\\x21-\\x7e&&[^#\\\\]]*)");

    private static final int LONGEST_ADDRESS = 8_000;
    private static final int HTTPS = 443;
    private static final int LARGEST_PORT = 65_535;

    /** Where a cloud answers that proves who it is: tokens and keys are sent to nobody else. */
    public static HttpTarget verified(String host, @Nullable Integer port) {
        return new HttpTarget(SourceHost.of(host, Objects.requireNonNullElse(port, HTTPS)), TlsMode.VERIFY_FULL, null);
    }

    /**
     * An address that the operator has configured.
     *
     * @param address {@code https://}, a host and perhaps a port
     * @throws IllegalArgumentException where it is something else
     */
    public static HttpTarget ofEndpoint(String address) {
        Matcher matcher = ADDRESS.matcher(address + "/");
        boolean isHttps = matcher.matches()
                && matcher.group(1).equalsIgnoreCase("https")
                && matcher.group(5).length() == 1
                && (matcher.group(4) == null || Integer.parseInt(matcher.group(4)) <= LARGEST_PORT);
        if (!isHttps) {
            throw new IllegalArgumentException("of connections.worker.network.endpoints, " + address
                    + " is not https:// and a host, with a port if it is not 443");
        }
        String host = matcher.group(2) == null ? matcher.group(3) : matcher.group(2);
        return verified(host, matcher.group(4) == null ? null : Integer.valueOf(matcher.group(4)));
    }

    /** Whether everything is sent over TLS. */
    public boolean isEncrypted() {
        return mode.isCertain();
    }

    /** The header Host of every request: the port is named unless it is the scheme's own. */
    public String hostHeader() {
        String name = host.name().contains(":") ? "[" + host.name() + "]" : host.name();
        return host.port() == defaultPort() ? name : name + ":" + host.port();
    }

    /** The scheme of everything that is sent. */
    String scheme() {
        return isEncrypted() ? "https" : "http";
    }

    /**
     * The path and query of an address that the source has sent.
     *
     * @return null where the address leads elsewhere, or is none
     */
    public @Nullable String pathOf(String address) {
        if (address.length() > LONGEST_ADDRESS) {
            return null;
        }
        Matcher sent = ADDRESS.matcher(address);
        if (!sent.matches() || !sent.group(1).equalsIgnoreCase(scheme())) {
            return null;
        }
        String name = sent.group(2) == null ? sent.group(3) : sent.group(2);
        int port = sent.group(4) == null ? defaultPort() : Integer.parseInt(sent.group(4));
        return name.equalsIgnoreCase(host.name()) && port == host.port() ? sent.group(5) : null;
    }

    private int defaultPort() {
        return isEncrypted() ? HTTPS : 80;
    }
}
