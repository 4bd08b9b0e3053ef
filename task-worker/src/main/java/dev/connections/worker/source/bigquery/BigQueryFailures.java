package dev.connections.worker.source.bigquery;

import dev.connections.task.ErrorCode;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.http.HttpFailures;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Which exception stands for which error. */
final class BigQueryFailures {
    /** What the account needs; docs/sources/bigquery.md has the command. */
    static final String ADVICE = "grant the service account roles/bigquery.metadataViewer on the project";

    private BigQueryFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case RequestRefusedException e -> ofRequest(e);
            case JacksonException e -> notBigQuery();
            case ProtocolException e -> notBigQuery();
            default -> HttpFailures.errorOf(thrown);
        };
    }

    private static SourceError ofRequest(RequestRefusedException e) {
        if (e.isOfTheLogin()) {
            return new SourceError(
                    ErrorCode.AUTHENTICATION_FAILED, "BigQuery refused the token", e.getMessage(), false);
        }
        if (e.isDisabled()) {
            return new SourceError(
                    ErrorCode.PERMISSION_DENIED,
                    "the BigQuery API is not enabled in the project: gcloud services enable bigquery.googleapis.com"
                            + " --project=<project>",
                    null,
                    false);
        }
        if (e.isDenied()) {
            String said = e.getMessage() == null ? null : ADVICE + "; BigQuery said: " + e.getMessage();
            return new SourceError(
                    ErrorCode.PERMISSION_DENIED,
                    "the service account lacks a permission that is needed; " + ADVICE,
                    said,
                    false);
        }
        if (e.isOverQuota()) {
            return new SourceError(ErrorCode.REMOTE_ERROR, "a quota of the project is used up", e.getMessage(), true);
        }
        return switch (e.status()) {
            case 403 ->
                new SourceError(ErrorCode.PERMISSION_DENIED, "BigQuery refused the request", e.getMessage(), false);
            case 404 -> e.isGone() ? ofBigQuery(e, false) : notBigQuery();
            default -> ofBigQuery(e, e.status() >= 500);
        };
    }

    private static SourceError ofBigQuery(RequestRefusedException e, boolean retryable) {
        return new SourceError(
                ErrorCode.REMOTE_ERROR,
                "BigQuery answered with an error (status " + e.status() + ")",
                e.getMessage(),
                retryable);
    }

    private static SourceError notBigQuery() {
        return new SourceError(ErrorCode.REMOTE_ERROR, "the host answers, but not as BigQuery does", null, true);
    }
}
