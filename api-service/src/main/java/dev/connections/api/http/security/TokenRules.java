package dev.connections.api.http.security;

import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2TokenValidator;
import org.springframework.security.oauth2.core.OAuth2TokenValidatorResult;
import org.springframework.security.oauth2.jwt.Jwt;

/** What a token needs beside a signature, a time that has not passed, and the configured issuer and audience. */
@Configuration(proxyBeanMethods = false)
class TokenRules {
    private static final String JWT = "spring.security.oauth2.resourceserver.jwt.";

    /**
     * An issuer signs the tokens of many services with the same keys, so that one for another service must be recognized.
     *
     * @throws IllegalStateException if keys of an issuer are configured and no audience is
     */
    TokenRules(Environment environment) {
        boolean ofIssuer =
                environment.containsProperty(JWT + "issuer-uri") || environment.containsProperty(JWT + "jwk-set-uri");
        if (ofIssuer && audiences(environment).stream().allMatch(String::isBlank)) {
            throw new IllegalStateException(
                    JWT + "audiences is not set. Set"
                            + " SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_AUDIENCES to the audience (aud) that the issuer puts into"
                            + " tokens for this service; without it, tokens for the issuer's other services would be accepted.");
        }
    }

    private static List<String> audiences(Environment environment) {
        return Binder.get(environment)
                .bind(JWT + "audiences", Bindable.listOf(String.class))
                .orElse(List.of());
    }

    /** createdBy needs the token's subject. */
    @Bean
    OAuth2TokenValidator<Jwt> subjectIsThere() {
        return require("The token has no subject (sub) of 1 to 255 characters", token -> isName(token.getSubject()));
    }

    /** A token that leaked must become worthless by itself. */
    @Bean
    OAuth2TokenValidator<Jwt> expiryIsThere() {
        return require("The token has no expiry (exp)", token -> token.getExpiresAt() != null);
    }

    private static OAuth2TokenValidator<Jwt> require(String problem, Predicate<Jwt> rule) {
        OAuth2TokenValidatorResult refused =
                OAuth2TokenValidatorResult.failure(new OAuth2Error("invalid_token", problem, null));
        return token -> rule.test(token) ? OAuth2TokenValidatorResult.success() : refused;
    }

    private static boolean isName(@Nullable String subject) {
        return subject != null && !subject.isBlank() && subject.length() <= 255 && subject.indexOf('\0') < 0;
    }
}
