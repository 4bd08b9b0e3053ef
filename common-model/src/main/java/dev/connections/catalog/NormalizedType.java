package dev.connections.catalog;

/** The normalized kinds of data objects, the same for every technology. */
public enum NormalizedType {
    DATABASE,
    SCHEMA,
    TABLE,
    VIEW
}
