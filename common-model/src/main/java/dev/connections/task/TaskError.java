package dev.connections.task;

/**
 * Why a run failed.
 *
 * @param message what went wrong, in the source's own words if available; never contains a secret
 * @param retryable whether the same work may succeed a little later
 */
public record TaskError(ErrorCode code, String message, boolean retryable) {
    /** An error that is retryable if its code is. */
    public static TaskError of(ErrorCode code, String message) {
        return new TaskError(code, message, code.isRetryable());
    }
}
