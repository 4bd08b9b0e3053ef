package dev.connections.worker.source.http;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.connection.Credential.OAuthWithSecret;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceHost;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * The tokens that a client gets for its secret (RFC 6749, section 4.4), each used until shortly before it runs out. Not
 * thread-safe.
 */
public final class ClientCredentials implements AutoCloseable {
    /** A token is replaced before it runs out on its way. */
    private static final long MARGIN_S = 60;

    private static final long LONGEST_LIFE_S = 3_600;
    private static final long LIFE_UNSAID_S = 300;
    private static final int HTTPS = 443;
    private static final int LARGEST_PORT = 65_535;
    private static final int LONGEST_TOKEN = 16_000;

    private final HttpSession http;
    private final HttpQuestion question;
    /** What must not be shown of what is sent, besides the secret as it is. */
    private final List<String> confidential;

    private @Nullable String token;
    private @Nullable String before;
    private long until;

    private ClientCredentials(HttpSession http, HttpQuestion question, List<String> confidential) {
        this.http = http;
        this.question = question;
        this.confidential = confidential;
    }

    /**
     * A client of the authority that its credential names.
     *
     * @throws RunFailedException where the address is none, or is not HTTPS, or the credential has no scope
     */
    public static ClientCredentials at(SourceDialer dialer, Execution execution, OAuthWithSecret client) {
        URI authority = authority(String.valueOf(client.authorityUrl()));
        String scope = client.scope();
        if (scope == null) {
            throw failed(
                    ErrorCode.AUTHENTICATION_FAILED,
                    "an authorityUrl needs the scope that the authority knows the source by",
                    false);
        }
        int port = authority.getPort() < 0 ? HTTPS : authority.getPort();
        HttpTarget target = new HttpTarget(SourceHost.of(authority.getHost(), port), TlsMode.VERIFY_FULL, null);
        String path = authority.getRawPath().isEmpty() ? "/" : authority.getRawPath();
        String query = authority.getRawQuery() == null ? "" : "?" + authority.getRawQuery();
        return at(dialer, execution, target, path + query, client, scope);
    }

    /**
     * A client of the source's own authority.
     *
     * @param scope where the credential has none
     */
    public static ClientCredentials at(
            SourceDialer dialer,
            Execution execution,
            HttpTarget target,
            String path,
            OAuthWithSecret client,
            String scope) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "client_credentials");
        form.put("scope", Objects.requireNonNullElse(client.scope(), scope));
        if (client.resource() != null) {
            form.put("resource", client.resource());
        }
        String body = form.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        Map<String, String> headers = Map.of(
                "Authorization", "Basic " + basic(client),
                "Content-Type", "application/x-www-form-urlencoded",
                "Accept", "application/json");
        return new ClientCredentials(
                HttpSession.of(dialer, execution, target),
                new HttpQuestion("POST", path, headers, body),
                List.of(basic(client), encoded(client.clientSecret().reveal())));
    }

    private static URI authority(String address) {
        try {
            URI authority = new URI(address);
            if ("https".equalsIgnoreCase(authority.getScheme())
                    && authority.getHost() != null
                    && authority.getRawUserInfo() == null
                    && authority.getPort() <= LARGEST_PORT) {
                return authority;
            }
        } catch (URISyntaxException e) {
            // Said below; the message would repeat it.
        }
        throw new RunFailedException(
                ErrorCode.HOST_NOT_ALLOWED, "authorityUrl has to be the https:// address of a token endpoint", null);
    }

    /** Both parts are encoded as in a form before they are joined. */
    private static String basic(OAuthWithSecret client) {
        String login =
                encoded(client.clientId()) + ":" + encoded(client.clientSecret().reveal());
        return Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /**
     * A token that is good for a while.
     *
     * @throws RunFailedException where the authority gives none
     */
    public String token() throws Exception {
        String known = token;
        if (known != null && System.nanoTime() - until < 0) {
            return known;
        }
        HttpAnswer answer = http.send(question);
        Map<String, String> said = said(answer);
        String given = said.getOrDefault("access_token", "");
        if (answer.status() != 200 || given.isEmpty()) {
            throw refused(answer.status(), said.getOrDefault("error", ""));
        }
        if (given.length() > LONGEST_TOKEN || !given.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw refused(answer.status(), "");
        }
        long life = life(said.get("expires_in"));
        until = System.nanoTime() + TimeUnit.SECONDS.toNanos(Math.max(life - MARGIN_S, life / 2));
        before = token == null ? before : token;
        token = given;
        return given;
    }

    /** In seconds; an authority need not say it. */
    private static long life(@Nullable String sent) {
        boolean isNumber = sent != null && sent.matches("[0-9]{1,9}");
        return isNumber ? Math.min(Long.parseLong(sent), LONGEST_LIFE_S) : LIFE_UNSAID_S;
    }

    /** Whether a text repeats what must not be shown: a token, or what it was got for. */
    public boolean isRepeatedBy(String text) {
        return Stream.concat(confidential.stream(), Stream.of(token, before))
                .anyMatch(secret -> secret != null && text.contains(secret));
    }

    /** Forgets the token, which the source has refused. */
    public void forget() {
        before = token;
        token = null;
    }

    private static Map<String, String> said(HttpAnswer answer) {
        try {
            return SourceJson.members(answer.body(), Set.of("access_token", "expires_in", "error"));
        } catch (JacksonException e) {
            return Map.of();
        }
    }

    /** Of what the authority says only the standard's names of errors are shown. */
    private static RunFailedException refused(int status, String error) {
        return switch (error) {
            case "invalid_client", "unauthorized_client" ->
                failed(ErrorCode.AUTHENTICATION_FAILED, "the authority refused the client id or its secret", false);
            case "invalid_scope" -> failed(ErrorCode.AUTHENTICATION_FAILED, "the authority refused the scope", false);
            case "invalid_request", "invalid_grant", "unsupported_grant_type" ->
                failed(ErrorCode.AUTHENTICATION_FAILED, "the authority refused the request (" + error + ")", false);
            default ->
                status == 401
                        ? failed(
                                ErrorCode.AUTHENTICATION_FAILED,
                                "the authority refused the client id or its secret",
                                false)
                        : failed(ErrorCode.REMOTE_ERROR, "the authority gave no token (status " + status + ")", true);
        };
    }

    private static RunFailedException failed(ErrorCode code, String message, boolean retryable) {
        return new RunFailedException(new TaskError(code, message, retryable), null);
    }

    @Override
    public void close() {
        http.close();
    }
}
