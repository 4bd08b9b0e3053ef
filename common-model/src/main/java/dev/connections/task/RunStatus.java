package dev.connections.task;

/** The state of a run; a task has the state of its latest run. */
public enum RunStatus {
    /** Waits for a worker, for its retry time or for a place; the API creates it, a graceful stop hands it back. */
    PENDING,
    /** A worker has claimed it and holds its lease; only a claim moves a run here. */
    RUNNING,
    /** Its effect is committed; the worker moves it here in the transaction of the effect. */
    SUCCEEDED,
    /** It ended with an error; the worker moves it here, or the sweeper after too many lost workers. */
    FAILED,
    /** Somebody canceled it; the API moves a PENDING run here, the worker a RUNNING one once the work has stopped. */
    CANCELED;

    /** Whether nothing moves a run out of this state. */
    public boolean isTerminal() {
        return switch (this) {
            case PENDING, RUNNING -> false;
            case SUCCEEDED, FAILED, CANCELED -> true;
        };
    }
}
