package dev.connections.task;

/** The outcome of a request to cancel a run. */
public enum CancelOutcome {
    /** The run was PENDING, or its worker was lost; it is CANCELED now. */
    CANCELED,
    /** The run is RUNNING; its worker has been asked to stop. */
    REQUESTED,
    /** The run had already ended; nothing changed. */
    ENDED_ALREADY
}
