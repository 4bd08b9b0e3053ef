package dev.connections.catalog;

/** The kinds of columns, the same words on every technology. */
public enum ColumnType {
    BOOLEAN,
    INTEGER,
    DECIMAL,
    FLOAT,
    STRING,
    BINARY,
    DATE,
    TIME,
    TIMESTAMP,
    INTERVAL,
    UUID,
    JSON,
    XML,
    ARRAY,
    STRUCT,
    MAP,
    ENUM,
    GEOGRAPHY,
    VECTOR,
    OTHER
}
