package dev.connections.worker.source.glue;

import dev.connections.worker.source.http.HttpAnswer;
import dev.connections.worker.source.http.SourceJson;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Glue has answered a request with an error. */
final class RequestRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Names of errors that say that AWS does not know who asks, however right the request is. */
    private static final Set<String> OF_THE_LOGIN = Set.of(
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidAccessKeyId",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "OptInRequired",
            "RequestExpired",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    /** What a signature looks like, and all that AWS derives from a request to check one. */
    private static final Pattern DERIVED = Pattern.compile("[0-9a-fA-F]{64}");

    private final int status;
    private final String code;

    private RequestRefusedException(int status, String code, @Nullable String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    /** What an answer that is no success says; its words are left out where a signature may be among them. */
    static RequestRefusedException of(HttpAnswer answer) {
        Map<String, String> said = said(answer);
        String message = said.getOrDefault("message", said.get("Message"));
        boolean isShown = message != null && !DERIVED.matcher(message).find();
        return new RequestRefusedException(
                answer.status(), name(said.getOrDefault("__type", "")), isShown ? message : null);
    }

    private static Map<String, String> said(HttpAnswer answer) {
        try {
            return SourceJson.members(answer.body(), Set.of("__type", "message", "Message"));
        } catch (JacksonException e) {
            return Map.of();
        }
    }

    /** Of com.amazonaws.glue#AccessDeniedException or AccessDeniedException:http://..., what both have in common. */
    private static String name(String type) {
        String name = type.substring(type.indexOf('#') + 1);
        return name.contains(":") ? name.substring(0, name.indexOf(':')) : name;
    }

    int status() {
        return status;
    }

    /** Glue's own name of the error; empty where it gives none. */
    String code() {
        return code;
    }

    /** Whether AWS does not let in who asks, whatever is asked for. */
    boolean isOfTheLogin() {
        return OF_THE_LOGIN.contains(code);
    }

    /** Whether there is no such database, table or catalog. */
    boolean isOfWhatIsGone() {
        return code.equals("EntityNotFoundException");
    }
}
