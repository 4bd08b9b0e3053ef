package dev.connections.worker.source.redshift;

import dev.connections.worker.source.jdbc.ByteOrder;
import java.util.Comparator;

/** The name of a relation in its database, in the order in which the server sorts values of the type {@code name}. */
record RelationName(String schema, String relation) implements Comparable<RelationName> {
    private static final Comparator<RelationName> ORDER = Comparator.comparing(RelationName::schema, ByteOrder::compare)
            .thenComparing(RelationName::relation, ByteOrder::compare);

    @Override
    public int compareTo(RelationName other) {
        return ORDER.compare(this, other);
    }
}
