package dev.connections.worker.execution;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import org.jspecify.annotations.Nullable;

/** Ends a run as FAILED with an error of the contract. */
public final class RunFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient TaskError error;
    private final boolean notConnected;

    public RunFailedException(ErrorCode code, String message, @Nullable Throwable cause) {
        this(TaskError.of(code, message), cause);
    }

    public RunFailedException(TaskError error, @Nullable Throwable cause) {
        this(error, cause, false);
    }

    private RunFailedException(TaskError error, @Nullable Throwable cause, boolean notConnected) {
        super(error.code() + ": " + error.message(), cause);
        this.error = error;
        this.notConnected = notConnected;
    }

    /** The failure of a run that could not connect or log in to its source as its connection says. */
    public static RunFailedException notConnected(TaskError error, @Nullable Throwable cause) {
        return new RunFailedException(error, cause, true);
    }

    /** Whether the connection is to blame: no login came about. */
    public boolean isNotConnected() {
        return notConnected;
    }

    /** The error that the run ends with. */
    public TaskError error() {
        return error;
    }
}
