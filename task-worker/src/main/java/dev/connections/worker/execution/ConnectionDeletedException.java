package dev.connections.worker.execution;

/** The connection of a run was deleted meanwhile, which asked the run to stop: it ends as CANCELED. */
public final class ConnectionDeletedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConnectionDeletedException() {
        super("the connection was deleted while this run worked on it; nothing was written");
    }
}
