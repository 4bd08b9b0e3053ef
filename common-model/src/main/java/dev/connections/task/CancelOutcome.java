package dev.connections.task;

/** What became of a request to cancel a run. */
public enum CancelOutcome {
    /** The run was PENDING, or its worker was lost, and it is CANCELED now. */
    CANCELED,
    /** The run is RUNNING; its worker has been asked to stop. */
    REQUESTED,
    /** The run had ended already; nothing changed. */
    ENDED_ALREADY
}
