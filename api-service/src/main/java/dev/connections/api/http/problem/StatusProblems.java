package dev.connections.api.http.problem;

import java.util.Map;
import org.springframework.http.HttpStatus;

/** The problems of which only the HTTP status is known. */
final class StatusProblems {
    private StatusProblems() {}

    static ProblemException of(int code) {
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
            case BAD_REQUEST -> "The request cannot be read as HTTP to this API; check the path and the headers.";
            case NOT_FOUND -> "Nothing is at this path; /v3/api-docs lists the paths of this API.";
            case METHOD_NOT_ALLOWED ->
                "This path does not take this method; the Allow header lists those that it takes.";
            case NOT_ACCEPTABLE ->
                "This path answers another media type, most answer application/json; /v3/api-docs says which.";
            case UNSUPPORTED_MEDIA_TYPE -> "The body must be JSON; send it with Content-Type application/json.";
            case CONTENT_TOO_LARGE -> "The body is larger than 1 MiB; send less.";
            case URI_TOO_LONG, REQUEST_HEADER_FIELDS_TOO_LARGE ->
                "The request line and headers are too long; send fewer or shorter ones.";
            default ->
                status.is5xxServerError()
                        ? "The service failed on its side; try again, and tell its operators when it goes on."
                        : "The request cannot be served; see the status.";
        };
    }
}
