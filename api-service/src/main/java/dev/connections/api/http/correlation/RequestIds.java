package dev.connections.api.http.correlation;

import dev.connections.json.Ids;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Chooses the id of a request: the caller's if it is safe in a log line, else a new one. */
final class RequestIds {
    /** No characters that could break a line, a header or a terminal. */
    private static final Pattern FIT = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

    /** W3C Trace Context: version, trace id, parent id, flags; later versions may append more. */
    private static final Pattern TRACEPARENT = Pattern.compile("(?!ff)(?:00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}"
            + "|(?!00)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?)");

    private static final String NO_TRACE = "0".repeat(32);

    private RequestIds() {}

    /**
     * The id of a request with these headers.
     *
     * @param requestId X-Request-Id
     * @param traceparent the header of W3C Trace Context, whose trace id is used
     */
    static String choose(@Nullable String requestId, @Nullable String traceparent) {
        if (requestId != null && FIT.matcher(requestId).matches()) {
            return requestId;
        }
        String traceId = traceparent == null ? null : traceId(traceparent);
        return traceId == null ? Ids.next().toString() : traceId;
    }

    private static @Nullable String traceId(String traceparent) {
        Matcher trace = TRACEPARENT.matcher(traceparent);
        if (!trace.matches()) {
            return null;
        }
        String id = trace.group(1) == null ? trace.group(2) : trace.group(1);
        return NO_TRACE.equals(id) ? null : id;
    }
}
