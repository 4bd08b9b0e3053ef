package dev.connections.standalone;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes passwords that need no quoting in SQL, shells or URLs. */
final class Passwords {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Passwords() {}

    static String generate() {
        byte[] bytes = new byte[20];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
