package dev.connections.worker.source.mysql;

import dev.connections.worker.source.jdbc.ByteOrder;

/** The name of a relation in its database, in the order in which servers sort bytes. */
record RelationName(String name) implements Comparable<RelationName> {
    @Override
    public int compareTo(RelationName other) {
        return ByteOrder.compare(name, other.name);
    }
}
