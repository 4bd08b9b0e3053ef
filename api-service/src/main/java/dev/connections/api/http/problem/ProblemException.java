package dev.connections.api.http.problem;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** A request that cannot be served, with the problem document that explains why. */
public class ProblemException extends RuntimeException {
    /** What a path may not contain according to RFC 3986. */
    private static final Pattern NO_PATH = Pattern.compile("^//|[^\\w.~!$&'()*+,;=:@/%-]|%(?![0-9A-Fa-f]{2})");

    private final HttpStatus status;
    private final String slug;
    private final String title;
    private final String detail;
    private final transient Map<String, ?> members;

    /**
     * Describes the problem.
     *
     * @param slug identifies the kind of problem for programs; stable
     * @param detail what happened and what to do next, for people
     * @param members further members of the document
     */
    public ProblemException(HttpStatus status, String slug, String title, String detail, Map<String, ?> members) {
        super(detail, null, false, false);
        this.status = status;
        this.slug = slug;
        this.title = title;
        this.detail = detail;
        this.members = members;
    }

    /** The resource does not exist; {@code detail} names it and how to find existing ones. */
    public static ProblemException notFound(String detail) {
        return new ProblemException(HttpStatus.NOT_FOUND, "not-found", "Not found", detail, Map.of());
    }

    /** The state of the resource does not allow the request. */
    public static ProblemException conflict(String slug, String detail) {
        return new ProblemException(HttpStatus.CONFLICT, slug, "Conflict", detail, Map.of());
    }

    /** The same work is already in flight as this task. */
    public static ProblemException taskInFlight(String detail, UUID taskId) {
        return new ProblemException(
                HttpStatus.CONFLICT, "task-in-flight", "Task already in flight", detail, Map.of("taskId", taskId));
    }

    /** The token lacks a scope. */
    public static ProblemException missingScope(String scope) {
        return new ProblemException(
                HttpStatus.FORBIDDEN,
                "missing-scope",
                "Missing scope",
                "This operation needs a token with scope " + scope + ".",
                Map.of());
    }

    /** A dependency of the service does not answer; nothing was changed. */
    public static ProblemException unavailable(String detail) {
        return new ProblemException(
                HttpStatus.SERVICE_UNAVAILABLE, "service-unavailable", "Service unavailable", detail, Map.of());
    }

    /** The caller holds as many of something as one caller may; {@code detail} names the limit. */
    public static ProblemException tooMany(String slug, String detail) {
        return new ProblemException(HttpStatus.TOO_MANY_REQUESTS, slug, "Too many requests", detail, Map.of());
    }

    /** The HTTP status of the answer. */
    public HttpStatus status() {
        return status;
    }

    /** Whether the same request may succeed a moment later, as Retry-After tells the client. */
    boolean isTemporary() {
        return status == HttpStatus.SERVICE_UNAVAILABLE || status == HttpStatus.TOO_MANY_REQUESTS;
    }

    /**
     * The members of the document.
     *
     * @param instance the path of the request; omitted if it is not a valid URI path
     */
    public Map<String, Object> document(@Nullable String instance) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("type", "/problems/" + slug);
        document.put("title", title);
        document.put("status", status.value());
        document.put("detail", detail);
        if (instance != null && !NO_PATH.matcher(instance).find()) {
            document.put("instance", instance);
        }
        document.putAll(members);
        return document;
    }
}
