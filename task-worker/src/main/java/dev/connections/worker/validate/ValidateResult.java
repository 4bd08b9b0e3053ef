package dev.connections.worker.validate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The result of a VALIDATE run, in the contract's shape. */
record ValidateResult(Status status, List<Check> checks) {
    ValidateResult {
        checks = List.copyOf(checks);
    }

    /** What is checked, in this order. */
    enum Name {
        NETWORK,
        TLS,
        AUTHENTICATION,
        PRIVILEGES
    }

    /** How a check came out; the whole is never SKIPPED. */
    enum Status {
        PASSED,
        FAILED,
        WARNING,
        SKIPPED
    }

    /** One check and how long it took. */
    record Check(Name name, Status status, @Nullable String message, long durationMs) {}
}
