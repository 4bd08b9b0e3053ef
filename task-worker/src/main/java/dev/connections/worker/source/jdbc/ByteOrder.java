package dev.connections.worker.source.jdbc;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The order in which servers sort names as bytes of UTF-8. */
public final class ByteOrder {
    private ByteOrder() {}

    /** Compares two names as servers do. */
    public static int compare(String one, String other) {
        // Java sorts by UTF-16, which differs only beyond the basic plane.
        return hasSurrogates(one) || hasSurrogates(other) ? compareBytes(one, other) : one.compareTo(other);
    }

    private static boolean hasSurrogates(String text) {
        return text.chars().anyMatch(c -> Character.isSurrogate((char) c));
    }

    private static int compareBytes(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
