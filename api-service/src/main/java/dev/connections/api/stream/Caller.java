package dev.connections.api.stream;

import java.time.Instant;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;

/**
 * Who opened a stream.
 *
 * @param until when the token expires
 */
record Caller(String subject, Instant until) {
    static Caller of(Authentication caller) {
        Instant expiry = caller instanceof JwtAuthenticationToken bearer
                ? bearer.getToken().getExpiresAt()
                : null;
        return new Caller(caller.getName(), expiry == null ? Instant.MAX : expiry);
    }
}
