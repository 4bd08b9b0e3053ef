package dev.connections.api.http.security;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtDecoder;

/**
 * Verifies a token again only after half a minute, as that costs more than what most requests ask for. A token is forgotten when
 * it expires; a key that its issuer has withdrawn is valid for half a minute longer. What was refused is not kept.
 */
final class VerifiedTokens implements JwtDecoder {
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** In characters of tokens; a header of a request has at most 8,192. */
    private static final long LARGEST = 4 << 20;

    private final JwtDecoder decoder;
    private final Clock clock;
    private final Cache<String, Jwt> verified;

    VerifiedTokens(JwtDecoder decoder) {
        this(decoder, Clock.systemUTC(), Ticker.systemTicker());
    }

    /** Takes the time of expiries from the clock, and that since a verification from the ticker. */
    VerifiedTokens(JwtDecoder decoder, Clock clock, Ticker ticker) {
        this.decoder = decoder;
        this.clock = clock;
        this.verified = Caffeine.newBuilder()
                .ticker(ticker)
                .maximumWeight(LARGEST)
                .weigher((String token, Jwt jwt) -> token.length())
                .expireAfter(Expiry.creating((String token, Jwt jwt) -> validFor(jwt)))
                .build();
    }

    @Override
    public Jwt decode(String token) {
        Jwt known = verified.getIfPresent(token);
        if (known != null) {
            return known;
        }
        Jwt jwt = decoder.decode(token);
        if (validFor(jwt).isPositive()) {
            verified.put(token, jwt);
        }
        return jwt;
    }

    /** None within the time that a clock may be wrong by, in which the decoder still accepts it. */
    private Duration validFor(Jwt jwt) {
        Instant expiry = jwt.getExpiresAt();
        if (expiry == null) {
            return Duration.ZERO;
        }
        Duration left = Duration.between(clock.instant(), expiry);
        return left.compareTo(LONGEST) < 0 ? left : LONGEST;
    }
}
