package dev.connections.standalone;

/** The standalone cannot start, for a reason that who started it can remove; the message says which. */
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }
}
