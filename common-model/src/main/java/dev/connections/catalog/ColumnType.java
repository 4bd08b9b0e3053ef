package dev.connections.catalog;

/** The normalized kinds of columns, the same for every technology. */
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
