package dev.connections.connection;

import java.util.Set;

/** The states of a connection. */
public enum ConnectionState {
    /** In use; the API moves it here (create, activate), a worker moves it back from UNHEALTHY after a success. */
    ACTIVE,
    /** Kept, but its schedule stops and no new crawl or validation is accepted; the API moves it here. */
    INACTIVE,
    /** The last validation failed, or a crawl could not connect or log in; a worker moves it here. */
    UNHEALTHY,
    /** A DELETE task of the whole connection is in flight; the API moves it here. */
    DELETING;

    /** The states in which new work is accepted, the schedule runs, and the connection may be changed. */
    public static final Set<ConnectionState> IN_USE = Set.of(ACTIVE, UNHEALTHY);

    /** All states but DELETING. */
    public static final Set<ConnectionState> KEPT = Set.of(ACTIVE, UNHEALTHY, INACTIVE);

    /** The names of the states, as a parameter of a statement. */
    public static String[] names(Set<ConnectionState> states) {
        return states.stream().map(Enum::name).toArray(String[]::new);
    }
}
