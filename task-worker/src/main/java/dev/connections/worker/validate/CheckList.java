package dev.connections.worker.validate;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunFailures;
import dev.connections.worker.execution.Words;
import dev.connections.worker.validate.ValidateResult.Check;
import dev.connections.worker.validate.ValidateResult.Name;
import dev.connections.worker.validate.ValidateResult.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Does the checks one after another, until one fails, and keeps what came of each. */
final class CheckList {
    private final List<Check> checks = new ArrayList<>();
    private @Nullable TaskError error;

    /** What a check found that did not fail. */
    record Finding(Status status, @Nullable String message) {
        Finding {
            message = message == null ? null : Words.plain(message);
        }

        static Finding passed(@Nullable String message) {
            return new Finding(Status.PASSED, message);
        }

        static Finding warning(String message) {
            return new Finding(Status.WARNING, message);
        }

        static Finding skipped(String message) {
            return new Finding(Status.SKIPPED, message);
        }
    }

    /** Does the check, or skips it where an earlier one failed; a defect of the worker itself is no finding. */
    void check(Name name, Callable<Finding> work) throws Exception {
        if (error != null) {
            checks.add(new Check(name, Status.SKIPPED, "an earlier check failed", 0));
            return;
        }
        long start = System.nanoTime();
        try {
            Finding finding = work.call();
            checks.add(new Check(name, finding.status(), finding.message(), millisSince(start)));
        } catch (CancellationException e) {
            throw e;
        } catch (Exception e) {
            TaskError found = RunFailures.errorOf(e);
            if (found.code() == ErrorCode.INTERNAL_ERROR) {
                throw e;
            }
            error = found;
            checks.add(new Check(name, Status.FAILED, found.message(), millisSince(start)));
        }
    }

    /** The error of the check that failed; null where none did. */
    @Nullable
    TaskError error() {
        return error;
    }

    ValidateResult result() {
        Status status = Status.PASSED;
        for (Check check : checks) {
            status = switch (check.status()) {
                case FAILED -> Status.FAILED;
                case WARNING -> status == Status.FAILED ? status : Status.WARNING;
                case PASSED, SKIPPED -> status;
            };
        }
        return new ValidateResult(status, checks);
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
