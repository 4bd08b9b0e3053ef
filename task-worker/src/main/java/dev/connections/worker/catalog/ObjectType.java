package dev.connections.worker.catalog;

import dev.connections.catalog.NormalizedType;

/** The type of an object: as fine as the source has it, in upper case, and normalized. */
public record ObjectType(String name, NormalizedType normalized) {
    /** Databases of any technology. */
    public static final ObjectType DATABASE = new ObjectType("DATABASE", NormalizedType.DATABASE);
    /** Schemas of any technology. */
    public static final ObjectType SCHEMA = new ObjectType("SCHEMA", NormalizedType.SCHEMA);
}
