package dev.connections.task;

/**
 * Why a run failed.
 *
 * @param message what went wrong, in the platform's words where it has some; never holds a secret
 * @param retryable whether the same work may well succeed a little later
 */
public record TaskError(ErrorCode code, String message, boolean retryable) {
    /** An error that is as retryable as its code is. */
    public static TaskError of(ErrorCode code, String message) {
        return new TaskError(code, message, code.isRetryable());
    }
}
