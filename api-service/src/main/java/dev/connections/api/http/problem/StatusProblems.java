package dev.connections.api.http.problem;

import java.util.Map;
import org.springframework.http.HttpStatus;

/** The problems for failures of which only the HTTP status is known. */
public final class StatusProblems {
    /** A body with more bytes is answered with 413. */
    public static final int MAX_BODY_BYTES = 1024 * 1024;

    private StatusProblems() {}

    /** The problem for the status; for a server error if it is not the status of an error. */
    public static ProblemException of(int code) {
        HttpStatus status = HttpStatus.resolve(code);
        if (status == null || !status.isError()) {
            status = HttpStatus.INTERNAL_SERVER_ERROR;
        }
        String slug = status.is5xxServerError()
                ? "internal-error"
                : status.getReasonPhrase().toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
        return new ProblemException(status, slug, status.getReasonPhrase(), detail(status), Map.of());
    }

    private static String detail(HttpStatus status) {
        return switch (status) {
            case BAD_REQUEST -> "The request is malformed; check its path and its headers.";
            case NOT_FOUND -> "This path does not exist; /v3/api-docs lists the paths of this API.";
            case METHOD_NOT_ALLOWED ->
                "This path does not support this method; the Allow header lists the methods that it supports.";
            case NOT_ACCEPTABLE ->
                "This path cannot produce a media type in Accept; /v3/api-docs lists what it produces.";
            case UNSUPPORTED_MEDIA_TYPE -> "The body must be JSON; send it with Content-Type application/json.";
            case REQUEST_TIMEOUT -> "The body did not arrive in time; send it faster.";
            case CONTENT_TOO_LARGE -> "The body is larger than 1 MiB; send a smaller one.";
            case URI_TOO_LONG, REQUEST_HEADER_FIELDS_TOO_LARGE ->
                "The request line or the headers are too long; send a shorter URI, or fewer or shorter headers.";
            default ->
                status.is5xxServerError()
                        ? "The service failed; try again, and contact its operators if the problem persists."
                        : "The request was refused; see the status.";
        };
    }
}
