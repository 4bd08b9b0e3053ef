package dev.connections.worker.source.glue;

import dev.connections.task.ErrorCode;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.http.HttpFailures;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Which exception stands for which error. */
final class GlueFailures {
    /** What to do about a refusal; docs/sources/glue.md has the policy to paste. */
    static final String GRANTS =
            "attach an IAM policy that allows glue:GetDatabases, glue:GetTables and glue:GetTable on"
                    + " the catalog, its databases and their tables; where Lake Formation governs them, grant DESCRIBE too";

    private static final String NOT_FOUND =
            "Glue knows no such catalog in the region, or no such database in it; without a catalogId the account's own"
                    + " catalog is read";

    private static final String NOT_GLUE = "the host answers, but not as AWS Glue does";

    private GlueFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case RequestRefusedException e -> ofRequest(e);
            case JacksonException e -> notGlue();
            case ProtocolException e -> notGlue();
            default -> HttpFailures.errorOf(thrown);
        };
    }

    private static SourceError ofRequest(RequestRefusedException e) {
        if (e.isOfTheLogin()) {
            // AWS repeats what was signed, the session token among it.
            return new SourceError(ErrorCode.AUTHENTICATION_FAILED, ofLogin(e), null, false);
        }
        return switch (e.code()) {
            case "" -> notGlue();
            case "AccessDeniedException", "AccessDenied", "NotAuthorized" ->
                new SourceError(
                        ErrorCode.PERMISSION_DENIED,
                        "the access key may not read the catalog; " + GRANTS,
                        e.getMessage() == null ? null : GRANTS + "; AWS said: " + e.getMessage(),
                        false);
            case "EntityNotFoundException" ->
                new SourceError(
                        ErrorCode.REMOTE_ERROR,
                        NOT_FOUND,
                        e.getMessage() == null ? null : NOT_FOUND + "; AWS said: " + e.getMessage(),
                        false);
            default ->
                new SourceError(
                        ErrorCode.REMOTE_ERROR,
                        "Glue answered with an error (status " + e.status() + ")",
                        e.getMessage(),
                        e.status() >= 500);
        };
    }

    private static String ofLogin(RequestRefusedException e) {
        return switch (e.code()) {
            case "ExpiredToken", "ExpiredTokenException" ->
                "the session token has expired; the connection needs a new one, with the access key that it was given with";
            case "RequestExpired", "RequestTimeTooSkewed" -> wrongClock();
            case "InvalidSignatureException", "SignatureDoesNotMatch" ->
                isOfTheTime(e)
                        ? wrongClock()
                        : "AWS refused the signature: the secret access key is not that of the access key id, or the"
                                + " endpoint is another region's";
            case "InvalidAccessKeyId", "InvalidClientTokenId", "UnrecognizedClientException" ->
                "AWS does not know the access key id, or it is inactive; one that begins with ASIA needs its session token";
            case "OptInRequired" -> "the account may not use Glue in the region";
            default -> "AWS could not read the access key id";
        };
    }

    private static boolean isOfTheTime(RequestRefusedException e) {
        String said = String.valueOf(e.getMessage());
        return said.contains("Signature expired") || said.contains("Signature not yet current");
    }

    private static String wrongClock() {
        return "AWS refused the time of the signature; the worker's clock is wrong by minutes";
    }

    private static SourceError notGlue() {
        return new SourceError(ErrorCode.REMOTE_ERROR, NOT_GLUE, null, true);
    }
}
