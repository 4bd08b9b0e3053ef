package dev.connections.api.http.correlation;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.slf4j.MDC;

/**
 * Adds the id of the request to its answer and to every log line written meanwhile. It is the server's first valve,
 * because Tomcat answers some requests, and logs some failures, before any filter.
 */
final class RequestIdValve extends ValveBase {
    static final String HEADER = "X-Request-Id";

    /** The name in the logging context. */
    static final String LOG_KEY = "requestId";

    private static final String ATTRIBUTE = RequestIdValve.class.getName();

    RequestIdValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String id = idOf(request);
        response.setHeader(HEADER, id);
        MDC.put(LOG_KEY, id);
        try {
            getNext().invoke(request, response);
        } finally {
            MDC.remove(LOG_KEY);
        }
    }

    /** An asynchronous response passes here again; it keeps its id. */
    private static String idOf(Request request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String id = RequestIds.choose(request.getHeader(HEADER), request.getHeader("traceparent"));
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }
}
