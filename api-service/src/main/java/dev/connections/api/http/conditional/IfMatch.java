package dev.connections.api.http.conditional;

import dev.connections.api.http.problem.ProblemException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpStatus;

/**
 * What a request asks of the current state of its target.
 *
 * @param header the header If-Match as it came; null where there is none, and then every state will do
 */
public record IfMatch(@Nullable String header) {
    /** Whether the request asks anything. */
    public boolean isPresent() {
        return header != null;
    }

    /**
     * Compares the tags strongly, as RFC 9110 wants it for a change.
     *
     * @param entityTag the tag of the target as it is, in quotes
     * @throws ProblemException with 412 where the header names other tags only
     */
    public void require(String entityTag) {
        if (header != null && ETag.parse(header).stream().noneMatch(wanted -> isMet(wanted, entityTag))) {
            throw new ProblemException(
                    HttpStatus.PRECONDITION_FAILED,
                    "precondition-failed",
                    "Precondition failed",
                    "The resource has changed since it was read; nothing was changed. Read it again with GET and repeat"
                            + " the request with the new ETag in If-Match.",
                    Map.of());
        }
    }

    private static boolean isMet(ETag wanted, String entityTag) {
        return wanted.isWildcard() || wanted.compare(ETag.create(entityTag), true);
    }
}
