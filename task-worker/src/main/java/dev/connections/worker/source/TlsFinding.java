package dev.connections.worker.source;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.util.Optional;

/** What a validation says of TLS, in the same words for every technology. */
public final class TlsFinding {
    /** The error where a connection requires what the server does not offer. */
    public static final String NOT_OFFERED = "the server does not offer TLS, which the connection requires";

    private TlsFinding() {}

    /** The connection asks for none. */
    public static Finding disabled() {
        return new Finding.Skipped("the connection's TLS mode is DISABLE: nothing it sends is encrypted");
    }

    /** A session was agreed on. */
    public static Finding agreed(String protocol, TlsMode mode) {
        return new Finding.Passed(protocol + ", " + proof(mode));
    }

    /** The server offers none: the mode goes on without, or the check fails. */
    public static Optional<String> notOffered(TlsMode mode) {
        return switch (mode) {
            case DISABLE, PREFER -> Optional.empty();
            case REQUIRE, VERIFY_CA, VERIFY_FULL ->
                throw new RunFailedException(ErrorCode.TLS_FAILED, NOT_OFFERED, null);
        };
    }

    private static String proof(TlsMode mode) {
        return switch (mode) {
            case DISABLE, PREFER, REQUIRE -> "the server's certificate is not verified";
            case VERIFY_CA -> "the server's certificate was issued by a trusted authority";
            case VERIFY_FULL -> "the server's certificate was issued by a trusted authority and names the host";
        };
    }
}
