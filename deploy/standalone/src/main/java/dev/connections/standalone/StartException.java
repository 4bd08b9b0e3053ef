package dev.connections.standalone;

/** The standalone cannot start for a reason that the user can fix; the message names it. */
final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }
}
