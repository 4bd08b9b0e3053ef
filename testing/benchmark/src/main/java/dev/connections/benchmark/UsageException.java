package dev.connections.benchmark;

import java.io.Serial;

/** What was typed makes no sense; the message says why. */
final class UsageException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
