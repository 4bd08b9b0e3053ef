package dev.connections.worker.validate;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunFailures;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.RemoteText;
import dev.connections.worker.validate.ValidateResult.Check;
import dev.connections.worker.validate.ValidateResult.Name;
import dev.connections.worker.validate.ValidateResult.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Does the checks one after another, until one fails, and keeps what came of each. */
final class CheckList {
    private final List<Check> checks = new ArrayList<>();
    private @Nullable TaskError error;

    /** Does the check, or skips it where an earlier one failed; a defect of the worker itself is no finding. */
    void check(Name name, Callable<Finding> work) throws Exception {
        if (error != null) {
            checks.add(new Check(name, Status.SKIPPED, "an earlier check failed", 0));
            return;
        }
        long start = System.nanoTime();
        try {
            Finding finding = work.call();
            String message = finding.message();
            checks.add(new Check(name, status(finding), message == null ? null : plain(message), millisSince(start)));
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

    /** Each line by itself, so that statements at the end of a message can be pasted. What a source has sent is on one line. */
    private static String plain(String message) {
        return message.lines().map(RemoteText::plain).collect(Collectors.joining("\n"));
    }

    private static Status status(Finding finding) {
        return switch (finding) {
            case Finding.Passed passed -> Status.PASSED;
            case Finding.Warning warning -> Status.WARNING;
            case Finding.Skipped skipped -> Status.SKIPPED;
        };
    }

    private static long millisSince(long start) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
