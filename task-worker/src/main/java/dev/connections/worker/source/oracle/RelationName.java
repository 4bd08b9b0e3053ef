package dev.connections.worker.source.oracle;

import java.util.Comparator;

/** The name of a relation with its owner, in the order of UTF-16, in which {@link OracleSql} has the server sort names. */
record RelationName(String owner, String name) implements Comparable<RelationName> {
    private static final Comparator<RelationName> ORDER =
            Comparator.comparing(RelationName::owner).thenComparing(RelationName::name);

    @Override
    public int compareTo(RelationName other) {
        return ORDER.compare(this, other);
    }
}
