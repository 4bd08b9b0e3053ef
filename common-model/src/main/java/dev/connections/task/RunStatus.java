package dev.connections.task;

/** The state of a run; a task has the state of its latest run. */
public enum RunStatus {
    /**
     * It waits for a worker, for its retry time or for its connection's limit of runs; the API creates it, and a
     * graceful stop returns it here.
     */
    PENDING,
    /** A worker has claimed it and holds its lease; only a claim moves a run here. */
    RUNNING,
    /** Its effect is committed; the worker moves it here in the transaction of the effect. */
    SUCCEEDED,
    /** It ended with an error; the worker moves it here, or the sweeper after too many lost workers. */
    FAILED,
    /** It was canceled; the API moves a PENDING run here, the worker a RUNNING one once the work has stopped. */
    CANCELED;

    /** Whether the state is final. */
    public boolean isTerminal() {
        return switch (this) {
            case PENDING, RUNNING -> false;
            case SUCCEEDED, FAILED, CANCELED -> true;
        };
    }
}
