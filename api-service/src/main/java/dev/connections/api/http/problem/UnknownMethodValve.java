package dev.connections.api.http.problem;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.Set;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.util.StringUtils;

/**
 * Answers methods that no path supports. Tomcat has already refused CONNECT and TRACE with its own text, and the
 * security chain would treat the others as an attack.
 */
final class UnknownMethodValve extends ValveBase {
    private static final Set<String> KNOWN = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

    private final PathMethods paths;

    UnknownMethodValve(PathMethods paths) {
        super(true);
        this.paths = paths;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        // What is not HTTP at all, such as the hello of TLS, has no method and status 400.
        String method = request.getMethod();
        if (method == null || KNOWN.contains(method) || response.getStatus() == 400) {
            getNext().invoke(request, response);
            return;
        }
        response.setSuspended(false);
        ProblemResponse.write(request.getRequestURI(), response, StatusProblems.of(status(request, response)));
        response.finishResponse();
    }

    private int status(Request request, Response response) {
        Set<HttpMethod> taken;
        try {
            taken = paths.of(request.getRequestURI());
        } catch (IllegalArgumentException e) {
            return 400; // The path does not decode.
        }
        if (taken.isEmpty()) {
            return 404;
        }
        response.setHeader(HttpHeaders.ALLOW, StringUtils.collectionToCommaDelimitedString(taken));
        return 405;
    }
}
