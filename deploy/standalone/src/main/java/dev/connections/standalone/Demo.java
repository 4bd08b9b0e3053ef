package dev.connections.standalone;

/** The demo sources that a standalone can run. */
enum Demo {
    /** A warehouse in PostgreSQL. */
    WAREHOUSE,
    /** A web shop in MariaDB. */
    SHOP
}
