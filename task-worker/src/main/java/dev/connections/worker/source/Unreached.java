package dev.connections.worker.source;

import dev.connections.task.ErrorCode;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Why no connection to a source came about, and what its owner has to open. */
enum Unreached {
    /** A name that nobody knows. */
    UNKNOWN_HOST(
            ErrorCode.HOST_UNREACHABLE,
            "the host name of %1$s does not resolve in the workers' network; check it, or let the workers' DNS resolve it"),
    /** No way between two networks. */
    NO_ROUTE(
            ErrorCode.HOST_UNREACHABLE,
            "no route leads from the workers' network to %1$s; connect the networks, and open the firewall between the"
                    + " workers and %1$s"),
    /** The host, or a firewall, says that nobody is there. */
    REFUSED(
            ErrorCode.CONNECTION_REFUSED,
            "nothing accepts connections at %1$s; check that the source listens there, and open the firewall between the"
                    + " workers and %1$s"),
    /** Nobody says anything, as where a firewall drops what comes. */
    SILENT(
            ErrorCode.TIMEOUT,
            "%1$s did not answer in time; open the firewall between the workers and %1$s, or check host and port");

    private static final String CONFIGURED = "the configured host and port";

    private final ErrorCode code;
    private final String words;

    Unreached(ErrorCode code, String words) {
        this.code = code;
        this.words = words;
    }

    /** The reason that an exception stands for, whatever it was thrown by; null where it can be another. */
    static @Nullable Unreached by(Throwable thrown) {
        return switch (thrown) {
            case UnknownHostException e -> UNKNOWN_HOST;
            case NoRouteToHostException e -> NO_ROUTE;
            case ConnectException e -> says(e, "timed out") ? SILENT : says(e, "unreachable") ? NO_ROUTE : REFUSED;
            case SocketException e -> says(e, "unreachable") ? NO_ROUTE : null;
            default -> null;
        };
    }

    /**
     * The error.
     *
     * @param target host and port, shown unless they repeat a secret; null where they are not known
     */
    SourceError error(@Nullable String target) {
        String said = target == null ? null : words.formatted(target);
        return new SourceError(code, words.formatted(CONFIGURED), said, code.isRetryable());
    }

    private static boolean says(Throwable e, String text) {
        String message = e.getMessage();
        return message != null && message.toLowerCase(Locale.ROOT).contains(text);
    }
}
