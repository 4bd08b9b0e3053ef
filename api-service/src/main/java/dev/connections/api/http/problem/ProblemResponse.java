package dev.connections.api.http.problem;

import dev.connections.json.Json;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Writes problem documents where no controller is involved: filters, the security chain, the server itself. */
public final class ProblemResponse {
    /** When to try again after a 503 or 429, in seconds. */
    static final String RETRY_AFTER = "2";

    private ProblemResponse() {}

    /** Sends the problem as the answer. */
    public static void write(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
            throws IOException {
        write(request.getRequestURI(), response, problem);
    }

    static void write(@Nullable String instance, HttpServletResponse response, ProblemException problem)
            throws IOException {
        byte[] body = Json.write(problem.document(instance)).getBytes(StandardCharsets.UTF_8);
        response.setStatus(problem.status().value());
        response.setContentType("application/problem+json");
        if (problem.isTemporary()) {
            response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
