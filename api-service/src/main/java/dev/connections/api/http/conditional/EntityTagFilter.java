package dev.connections.api.http.conditional;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * Adds a hash of the body as entity tag to answers whose controller has set none, and answers 304 if the client already
 * has that body. The tags are weak, because the server may compress the body.
 */
@Component
final class EntityTagFilter extends ShallowEtagHeaderFilter {
    private static final Set<String> READS = Set.of("GET", "HEAD");
    /** The wrapper that buffers the body for the hash ignores every flush. */
    private static final String STREAM = "/events";

    /** Only the client itself may cache the answer, and it must revalidate it each time. */
    private static final String ASK_EACH_TIME = "private, no-cache";

    EntityTagFilter() {
        setWriteWeakETag(true);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getServletPath();
        boolean isTagged = (path.startsWith("/api/") && !path.endsWith(STREAM)) || path.startsWith("/v3/");
        return !READS.contains(request.getMethod()) || !isTagged;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!isAsyncDispatch(request)) {
            response.setHeader(HttpHeaders.CACHE_CONTROL, ASK_EACH_TIME);
        }
        boolean any = "*".equals(request.getHeader(HttpHeaders.IF_NONE_MATCH));
        super.doFilterInternal(any ? new AnyTag(request, response) : request, response, chain);
    }

    @Override
    protected boolean isEligibleForEtag(
            HttpServletRequest request, HttpServletResponse response, int status, InputStream body) {
        return !response.isCommitted()
                && status == HttpStatus.OK.value()
                && ASK_EACH_TIME.equals(response.getHeader(HttpHeaders.CACHE_CONTROL));
    }

    /** "*" matches any tag; Spring does not support it for reads. */
    private static final class AnyTag extends HttpServletRequestWrapper {
        private final HttpServletResponse response;

        AnyTag(HttpServletRequest request, HttpServletResponse response) {
            super(request);
            this.response = response;
        }

        @Override
        public @Nullable String getHeader(String name) {
            return name.equalsIgnoreCase(HttpHeaders.IF_NONE_MATCH)
                    ? response.getHeader(HttpHeaders.ETAG)
                    : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            if (!name.equalsIgnoreCase(HttpHeaders.IF_NONE_MATCH)) {
                return super.getHeaders(name);
            }
            String tag = response.getHeader(HttpHeaders.ETAG);
            return Collections.enumeration(tag == null ? List.of() : List.of(tag));
        }
    }
}
