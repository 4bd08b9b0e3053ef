package dev.connections.api.http.conditional;

import dev.connections.api.http.problem.ProblemException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ETag;
import org.springframework.http.HttpStatus;

/**
 * The precondition of a request on the current state of its target.
 *
 * @param header the header If-Match as received; null if there is none, and then any state matches
 */
public record IfMatch(@Nullable String header) {
    /** Whether the request has a precondition. */
    public boolean isPresent() {
        return header != null;
    }

    /**
     * Compares the tags strongly, as RFC 9110 requires for a change.
     *
     * @param entityTag the tag of the target's current state, in quotes
     * @throws ProblemException with 412 if the header names only other tags
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
