package dev.connections.worker.source.mysql;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The name of a relation in its database, in the order in which servers sort bytes. */
record RelationName(String name) implements Comparable<RelationName> {
    @Override
    public int compareTo(RelationName other) {
        // Java sorts by UTF-16, which differs only beyond the basic plane; servers allow no name with such a character.
        return hasSurrogates(name) || hasSurrogates(other.name)
                ? compareBytes(name, other.name)
                : name.compareTo(other.name);
    }

    private static boolean hasSurrogates(String text) {
        return text.chars().anyMatch(c -> Character.isSurrogate((char) c));
    }

    private static int compareBytes(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
