package dev.connections.worker.source.databricks;

import dev.connections.task.ErrorCode;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.http.HttpFailures;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Which exception stands for which error. */
final class DatabricksFailures {
    private static final String NOT_DATABRICKS = "the host answers, but not as a Databricks workspace does";

    private DatabricksFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case RequestRefusedException e -> ofRequest(e);
            case JacksonException e -> notDatabricks();
            case ProtocolException e -> notDatabricks();
            default -> HttpFailures.errorOf(thrown);
        };
    }

    private static SourceError ofRequest(RequestRefusedException e) {
        if (e.isOfTheLogin()) {
            return new SourceError(
                    ErrorCode.AUTHENTICATION_FAILED, "the workspace refused the token", e.getMessage(), false);
        }
        return switch (e.status()) {
            case 403 ->
                new SourceError(
                        ErrorCode.PERMISSION_DENIED,
                        "the account lacks a privilege that is needed",
                        e.getMessage(),
                        false);
            case 404 -> e.code().isEmpty() ? notDatabricks() : ofWorkspace(e, false);
            default -> ofWorkspace(e, e.status() >= 500);
        };
    }

    private static SourceError ofWorkspace(RequestRefusedException e, boolean retryable) {
        return new SourceError(
                ErrorCode.REMOTE_ERROR,
                "the workspace answered with an error (status " + e.status() + ")",
                e.getMessage(),
                retryable);
    }

    private static SourceError notDatabricks() {
        return new SourceError(ErrorCode.REMOTE_ERROR, NOT_DATABRICKS, null, true);
    }
}
