package dev.connections.worker.execution;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import org.jspecify.annotations.Nullable;

/** Ends a run as FAILED with an error of the contract. */
public final class RunFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient TaskError error;

    public RunFailedException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(TaskError.of(code, message), cause);
    }

    public RunFailedException(TaskError error, @Nullable Throwable cause) {
        super(error.code() + ": " + error.message(), cause);
        this.error = error;
    }

    /** The error that the run ends with. */
    public TaskError error() {
        return error;
    }
}
