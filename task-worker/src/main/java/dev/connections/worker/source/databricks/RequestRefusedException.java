package dev.connections.worker.source.databricks;

import org.jspecify.annotations.Nullable;

/** The workspace has answered a request with an error. */
final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    /**
     * Takes what the workspace said.
     *
     * @param code its own name of the error; empty where it gives none
     */
    RequestRefusedException(int status, String code, @Nullable String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    /** Whether the workspace does not know who asks. */
    boolean isOfTheLogin() {
        return status == 401;
    }

    /** Such as PERMISSION_DENIED. */
    String code() {
        return code;
    }
}
