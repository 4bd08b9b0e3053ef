package dev.connections.catalog;

/** The kinds of data objects, the same words on every technology. */
public enum NormalizedType {
    DATABASE,
    SCHEMA,
    TABLE,
    VIEW
}
