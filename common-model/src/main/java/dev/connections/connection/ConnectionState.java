package dev.connections.connection;

/** The states of a connection. */
public enum ConnectionState {
    /** In use; the API moves it here (create, activate), a worker moves it back from UNHEALTHY after a success. */
    ACTIVE,
    /** Kept, but its schedule stops and no new crawl or validation is accepted; the API moves it here. */
    INACTIVE,
    /** The last validation failed, or a crawl could not connect or log in; a worker moves it here. */
    UNHEALTHY,
    /** A DELETE task of the whole connection is in flight; the API moves it here. */
    DELETING
}
