package dev.connections.api.database.pool;

/** Too many costly requests were at work at the same time; this one did nothing. */
public final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BusyException() {
        super("every place for costly requests is taken", null, false, false);
    }
}
