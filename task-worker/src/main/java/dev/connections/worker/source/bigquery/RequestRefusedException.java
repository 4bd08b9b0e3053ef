package dev.connections.worker.source.bigquery;

import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.SourceJson;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** BigQuery has answered a request with an error. Source: its manual, "Error messages". */
final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final String ACCESS_DENIED = "accessDenied";
    private static final String NOT_FOUND = "notFound";
    private static final String QUOTA_EXCEEDED = "quotaExceeded";
    /** Too many requests within a short time, with the status 403, or a server that is in trouble for a while. */
    private static final Set<String> BUSY = Set.of("rateLimitExceeded", "userRateLimitExceeded", "backendError");
    /** In the older and the newer words of Google's APIs. */
    private static final Set<String> DISABLED = Set.of("accessNotConfigured", "SERVICE_DISABLED");

    /** What an answer has besides is not kept, however much there is. */
    private static final Set<String> KNOWN = Stream.of(Set.of(ACCESS_DENIED, NOT_FOUND, QUOTA_EXCEEDED), BUSY, DISABLED)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet());

    private final int status;
    private final transient Set<String> reasons;

    private RequestRefusedException(int status, Set<String> reasons, @Nullable String message) {
        super(message);
        this.status = status;
        this.reasons = Set.copyOf(reasons);
    }

    /**
     * What an answer that is no success says: its first message, and the reasons that mean something here. Where in the answer
     * they are differs.
     */
    static RequestRefusedException of(HttpAnswer answer) {
        Set<String> reasons = new HashSet<>();
        String message = null;
        try (JsonParser parser = SourceJson.parser(answer.body())) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token != JsonToken.VALUE_STRING) {
                    continue;
                }
                if ("message".equals(parser.currentName()) && message == null) {
                    message = parser.getString();
                } else if ("reason".equals(parser.currentName()) && KNOWN.contains(parser.getString())) {
                    reasons.add(parser.getString());
                }
            }
            return new RequestRefusedException(answer.status(), reasons, message);
        } catch (JacksonException e) {
            return new RequestRefusedException(answer.status(), Set.of(), null);
        }
    }

    /** The same without what BigQuery said. */
    RequestRefusedException withoutMessage() {
        return new RequestRefusedException(status, reasons, null);
    }

    int status() {
        return status;
    }

    /** Whether BigQuery does not let in who asks. */
    boolean isOfTheLogin() {
        return status == 401;
    }

    /** Whether it says nothing of other objects than the one that was asked for. */
    boolean isOfOne() {
        return !isOfTheLogin() && !isDisabled() && !isOverQuota();
    }

    /** Whether there is no such object, or none any more. */
    boolean isGone() {
        return status == 404 && reasons.contains(NOT_FOUND);
    }

    /** Whether the same request may be answered a little later. */
    boolean isBusy() {
        return reasons.stream().anyMatch(BUSY::contains);
    }

    /** Whether the account may not see the object. */
    boolean isDenied() {
        return reasons.contains(ACCESS_DENIED);
    }

    /** Whether nobody has enabled the API in the project. */
    boolean isDisabled() {
        return reasons.stream().anyMatch(DISABLED::contains);
    }

    /** Whether the requests of a longer time were too many. */
    boolean isOverQuota() {
        return reasons.contains(QUOTA_EXCEEDED);
    }
}
