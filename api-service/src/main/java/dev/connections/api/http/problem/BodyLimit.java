package dev.connections.api.http.problem;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses a body, after the login, for what its head announces: more than 1 MiB, or a wildcard Content-Type, which Spring
 * would answer with a server error. The connector counts the bytes themselves.
 */
@Component
@Order(Ordered.LOWEST_PRECEDENCE)
class BodyLimit extends OncePerRequestFilter {
    private static final Pattern WILDCARD = Pattern.compile("[^;]*\\*");

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (request.getContentLengthLong() > StatusProblems.MAX_BODY_BYTES) {
            ProblemResponse.write(request, response, StatusProblems.of(413));
        } else if (isWildcard(request.getContentType())) {
            ProblemResponse.write(request, response, StatusProblems.of(415));
        } else {
            chain.doFilter(request, response);
        }
    }

    private static boolean isWildcard(@Nullable String contentType) {
        return contentType != null && WILDCARD.matcher(contentType).lookingAt();
    }
}
