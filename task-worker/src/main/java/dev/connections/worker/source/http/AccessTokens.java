package dev.connections.worker.source.http;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.SourceDialer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** The tokens that an authority gives for a grant, each used until shortly before it runs out. Not thread-safe. */
public final class AccessTokens implements AutoCloseable {
    /** A token is replaced before it runs out on its way. */
    private static final long MARGIN_S = 60;

    private static final long LONGEST_LIFE_S = 3_600;
    private static final long LIFE_UNSAID_S = 300;
    private static final int LONGEST_TOKEN = 16_000;

    private final HttpSession http;
    private final TokenGrant grant;

    private @Nullable String token;
    private @Nullable String before;
    private List<String> confidential = List.of();
    private long until;

    private AccessTokens(HttpSession http, TokenGrant grant) {
        this.http = http;
        this.grant = grant;
    }

    /** Tokens for an execution; nothing is dialed yet. */
    public static AccessTokens of(SourceDialer dialer, Execution execution, TokenGrant grant) {
        return new AccessTokens(HttpSession.of(dialer, execution, grant.target()), grant);
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
        TokenGrant.Sent sent = grant.request();
        confidential = sent.confidential();
        HttpAnswer answer = http.send(sent.question());
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
    private RunFailedException refused(int status, String error) {
        return switch (error) {
            case "invalid_client", "unauthorized_client" -> loginRefused();
            case "invalid_scope" -> failed(ErrorCode.AUTHENTICATION_FAILED, "the authority refused the scope", false);
            case "invalid_grant" ->
                failed(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the authority refused " + grant.login() + " (invalid_grant); a worker's clock that is wrong by"
                                + " minutes leads to this too",
                        false);
            case "invalid_request", "unsupported_grant_type" ->
                failed(ErrorCode.AUTHENTICATION_FAILED, "the authority refused the request (" + error + ")", false);
            default ->
                status == 401
                        ? loginRefused()
                        : failed(ErrorCode.REMOTE_ERROR, "the authority gave no token (status " + status + ")", true);
        };
    }

    private RunFailedException loginRefused() {
        return failed(ErrorCode.AUTHENTICATION_FAILED, "the authority refused " + grant.login(), false);
    }

    private static RunFailedException failed(ErrorCode code, String message, boolean retryable) {
        return new RunFailedException(new TaskError(code, message, retryable), null);
    }

    @Override
    public void close() {
        http.close();
    }
}
