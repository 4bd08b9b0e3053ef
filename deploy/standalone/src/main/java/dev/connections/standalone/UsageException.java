package dev.connections.standalone;

/** A command line that cannot be understood, with a message for who typed it. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
