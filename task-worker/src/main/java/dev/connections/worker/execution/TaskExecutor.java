package dev.connections.worker.execution;

import dev.connections.task.TaskType;

/** Does the work of one task type. It never touches the state of the run; the caller does that with the outcome. */
public interface TaskExecutor {
    /** The type that this executor does the work of. */
    TaskType type();

    /**
     * Does the work, on a thread of its own and outside any transaction.
     *
     * @throws RunFailedException where the cause is known in the contract's words
     * @throws Exception for anything else, which {@link RunFailures} turns into an error code
     */
    Outcome execute(Execution execution) throws Exception;
}
