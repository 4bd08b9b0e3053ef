package dev.connections.api.http.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;

class VerifiedTokensTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicInteger verifications = new AtomicInteger();
    private Instant now = START;
    private Instant expiry = START.plus(Duration.ofHours(1));
    private final VerifiedTokens tokens = new VerifiedTokens(
            this::verify, new Now(), () -> Duration.between(START, now).toNanos());

    @Test
    void aTokenIsVerifiedOnceInHalfAMinute() {
        tokens.decode("a");
        now = now.plusSeconds(29);
        assertThat(tokens.decode("a").getTokenValue()).isEqualTo("a");
        assertThat(verifications).hasValue(1);
        now = now.plusSeconds(2);
        tokens.decode("a");
        assertThat(verifications).hasValue(2);
    }

    @Test
    void eachTokenIsVerified() {
        tokens.decode("a");
        assertThat(tokens.decode("b").getTokenValue()).isEqualTo("b");
        assertThat(verifications).hasValue(2);
    }

    @Test
    void aTokenIsNotKeptBeyondItsExpiry() {
        expiry = START.plusSeconds(10);
        tokens.decode("a");
        now = START.plusSeconds(9);
        tokens.decode("a");
        assertThat(verifications).hasValue(1);
        now = START.plusSeconds(10);
        tokens.decode("a");
        tokens.decode("a");
        assertThat(verifications).as("the decoder decides about each").hasValue(3);
    }

    @Test
    void whatIsRefusedIsRefusedAgain() {
        assertThatThrownBy(() -> tokens.decode("bad")).isInstanceOf(BadJwtException.class);
        assertThatThrownBy(() -> tokens.decode("bad")).isInstanceOf(BadJwtException.class);
        assertThat(verifications).hasValue(2);
    }

    private Jwt verify(String token) {
        verifications.incrementAndGet();
        if (token.equals("bad")) {
            throw new BadJwtException("refused");
        }
        return Jwt.withTokenValue(token).header("alg", "none").expiresAt(expiry).build();
    }

    private final class Now extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
