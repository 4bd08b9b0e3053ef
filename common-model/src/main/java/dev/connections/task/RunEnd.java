package dev.connections.task;

import dev.connections.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * How a run ends.
 *
 * @param status a terminal one
 * @param result of the contract's shape; a failed validation has one too
 * @param error null unless it FAILED
 */
public record RunEnd(
        ClaimedRun run,
        RunStatus status,
        @Nullable Object result,
        @Nullable TaskError error) {
    /** With the result of its work. */
    public static RunEnd succeeded(ClaimedRun run, Object result) {
        return new RunEnd(run, RunStatus.SUCCEEDED, result, null);
    }

    /** With an error, and with a result where the error is an answer. */
    public static RunEnd failed(ClaimedRun run, TaskError error, @Nullable Object result) {
        return new RunEnd(run, RunStatus.FAILED, result, error);
    }

    /** After its work has stopped. */
    static RunEnd canceled(ClaimedRun run) {
        return new RunEnd(run, RunStatus.CANCELED, null, null);
    }

    @Nullable
    String resultText() {
        return result == null ? null : Json.write(result);
    }

    @Nullable
    String errorText() {
        return error == null ? null : Json.write(error);
    }
}
