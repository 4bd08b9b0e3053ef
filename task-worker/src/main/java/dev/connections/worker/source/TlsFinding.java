package dev.connections.worker.source;

import dev.connections.connection.ClientConfiguration.TlsMode;

/** What a validation says of TLS, in the same words for every technology. */
public final class TlsFinding {
    private TlsFinding() {}

    /** The connection asks for none. */
    public static Finding disabled() {
        return new Finding.Skipped("the connection's TLS mode is DISABLE: nothing it sends is encrypted");
    }

    /** A session was agreed on. */
    public static Finding agreed(String protocol, TlsMode mode) {
        return new Finding.Passed(protocol + ", " + proof(mode));
    }

    private static String proof(TlsMode mode) {
        return switch (mode) {
            case DISABLE, PREFER, REQUIRE -> "the server's certificate is not verified";
            case VERIFY_CA -> "the server's certificate was issued by a trusted authority";
            case VERIFY_FULL -> "the server's certificate was issued by a trusted authority and names the host";
        };
    }
}
