package dev.connections.worker.source.snowflake;

import dev.connections.task.ErrorCode;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.http.HttpFailures;
import java.net.ProtocolException;
import java.util.Set;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamConstraintsException;

/** Which exception stands for which error. */
final class SnowflakeFailures {
    private static final int UNPROCESSABLE = 422;
    /** Insufficient privileges; an object that does not exist or that the role may not see. */
    private static final Set<String> OF_PRIVILEGES = Set.of("003001", "002003", "002043");

    private SnowflakeFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case StatementFailedException e -> ofStatement(e);
            case StreamConstraintsException e
            when String.valueOf(e.getMessage()).contains("getMaxStringLength") ->
                new SourceError(
                        ErrorCode.SOURCE_LIMIT_EXCEEDED,
                        "the source has or sends more than a worker takes: a text is longer than the limit"
                                + " (connections.worker.source.text)",
                        null,
                        false);
            case JacksonException e -> notSnowflake();
            case ProtocolException e -> notSnowflake();
            case ZipException e -> notSnowflake();
            default -> HttpFailures.errorOf(thrown);
        };
    }

    private static SourceError ofStatement(StatementFailedException e) {
        if (e.isOfTheLogin()) {
            return new SourceError(
                    ErrorCode.AUTHENTICATION_FAILED, "Snowflake refused the login", e.getMessage(), false);
        }
        if (e.isOfTheWarehouse()) {
            return new SourceError(
                    ErrorCode.PERMISSION_DENIED,
                    "the account has no warehouse that statements could run on: set the connection's warehouse, and GRANT"
                            + " USAGE ON WAREHOUSE <warehouse> TO ROLE <role>",
                    null,
                    false);
        }
        if (OF_PRIVILEGES.contains(e.code())) {
            return new SourceError(
                    ErrorCode.PERMISSION_DENIED,
                    "the account lacks a privilege that is needed, or what was asked for is gone",
                    e.getMessage(),
                    false);
        }
        if (e.code().isEmpty() && e.status() != UNPROCESSABLE && e.status() < 500) {
            return notSnowflake();
        }
        return new SourceError(
                ErrorCode.REMOTE_ERROR,
                "Snowflake failed a statement (status " + e.status() + ")",
                e.getMessage(),
                e.status() != UNPROCESSABLE);
    }

    private static SourceError notSnowflake() {
        return new SourceError(
                ErrorCode.REMOTE_ERROR, "the host answers, but not as a Snowflake account does", null, true);
    }
}
