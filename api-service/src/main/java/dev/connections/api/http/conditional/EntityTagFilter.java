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
 * Tags what is read with a hash of it, unless its controller has, and answers 304 to who has it already. The tags are
 * weak, because the server may compress what they stand for.
 */
@Component
final class EntityTagFilter extends ShallowEtagHeaderFilter {
    private static final Set<String> READS = Set.of("GET", "HEAD");
    /** The wrapper that collects what is hashed swallows every flush. */
    private static final String STREAM = "/events";

    /** A client may keep what it read, for itself, and asks each time whether that still holds. */
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

    /** A request with "*" asks for whatever tag the answer has; Spring does not know that word in reads. */
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
