package dev.connections.api.http.security;

import dev.connections.api.http.problem.ProblemException;
import dev.connections.api.http.problem.ProblemResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authorization.AuthorityAuthorizationDecision;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.server.resource.web.access.BearerTokenAccessDeniedHandler;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;

/** The 401 and 403 of the security chain: the headers of RFC 6750, and a problem document. */
@Component
class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
    private final BearerTokenAccessDeniedHandler denial = new BearerTokenAccessDeniedHandler();

    @Override
    public void commence(HttpServletRequest request, HttpServletResponse response, AuthenticationException e)
            throws IOException {
        response.addHeader(HttpHeaders.WWW_AUTHENTICATE, challenge(e));
        ProblemResponse.write(
                request,
                response,
                new ProblemException(
                        HttpStatus.UNAUTHORIZED,
                        "unauthorized",
                        "Unauthorized",
                        "This operation needs a valid bearer token; send one in the Authorization header.",
                        Map.of()));
    }

    @Override
    public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException e)
            throws IOException {
        denial.handle(request, response, e);
        ProblemResponse.write(request, response, ProblemException.missingScope(missing(e)));
    }

    /** Spring's own answer refers to a metadata document that this service does not have. */
    private static String challenge(AuthenticationException e) {
        if (!(e instanceof OAuth2AuthenticationException refused)) {
            return "Bearer";
        }
        OAuth2Error error = refused.getError();
        String challenge = "Bearer error=\"" + error.getErrorCode() + '"';
        return error.getDescription() == null
                ? challenge
                : challenge + ", error_description=\"" + error.getDescription() + '"';
    }

    private static String missing(AccessDeniedException e) {
        if (e instanceof AuthorizationDeniedException denied
                && denied.getAuthorizationResult() instanceof AuthorityAuthorizationDecision decision) {
            return decision.getAuthorities().stream()
                    .map(GrantedAuthority::getAuthority)
                    .map(authority -> Scope.label(String.valueOf(authority)))
                    .reduce((a, b) -> a + " or " + b)
                    .orElse("");
        }
        return Scope.MANAGE.label();
    }
}
