package dev.connections.task;

/** Why a run failed, in the words of the REST contract. */
public enum ErrorCode {
    /** Nothing listens on the port. */
    CONNECTION_REFUSED(true),
    /** The name does not resolve, or no route leads there. */
    HOST_UNREACHABLE(true),
    /** The address is one that connections may not reach. */
    HOST_NOT_ALLOWED(false),
    /** The platform refuses the credential. */
    AUTHENTICATION_FAILED(false),
    /** The account may not do what the task needs. */
    PERMISSION_DENIED(false),
    /** No TLS session as the connection asks for it. */
    TLS_FAILED(false),
    /** The platform did not answer in time, or the run reached its time limit. */
    TIMEOUT(true),
    /** The workers that held the run died. */
    WORKER_LOST(true),
    /** No crawler exists for the technology. */
    UNSUPPORTED_TECHNOLOGY(false),
    /** The technology's driver is not installed on the worker. */
    DRIVER_UNAVAILABLE(false),
    /** The crawl would have marked most of the catalog MISSING. */
    MASS_MISSING(false),
    /** A child task failed. */
    CHILD_FAILED(false),
    /** The platform answered with an error of its own. */
    REMOTE_ERROR(false),
    /** A defect of this software; the worker's log has the details. */
    INTERNAL_ERROR(false);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same work may well succeed a little later. */
    public boolean isRetryable() {
        return retryable;
    }
}
