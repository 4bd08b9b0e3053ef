package dev.connections.task;

/** Why a run failed; the names are those of the REST contract. */
public enum ErrorCode {
    /** Nothing listens on the port. */
    CONNECTION_REFUSED(true),
    /** The host name does not resolve, or the host has no route. */
    HOST_UNREACHABLE(true),
    /** Connections may not reach this address. */
    HOST_NOT_ALLOWED(false),
    /** The source refused the credential. */
    AUTHENTICATION_FAILED(false),
    /** The account lacks a privilege that the task needs. */
    PERMISSION_DENIED(false),
    /** No TLS session that meets the connection's settings could be established. */
    TLS_FAILED(false),
    /** The source did not answer in time, or the run reached its time limit. */
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
    /** The source sent more than a worker takes: rows, names, texts, objects, or time without progress. */
    SOURCE_LIMIT_EXCEEDED(false),
    /** The source returned an error of its own. */
    REMOTE_ERROR(false),
    /** A defect of this software; the worker's log has the details. */
    INTERNAL_ERROR(false);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same work may succeed a little later. */
    public boolean isRetryable() {
        return retryable;
    }
}
