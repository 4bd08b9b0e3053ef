package dev.connections.worker.source.postgresql;

import dev.connections.task.ErrorCode;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.TlsFinding;
import dev.connections.worker.source.jdbc.SqlFailures;
import java.net.ProtocolException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Which exception of pgjdbc stands for which error. */
final class PostgresFailures {
    static final String NOT_POSTGRESQL = "the host does not answer as a PostgreSQL server does";
    static final String LOGIN_NOT_ALLOWED =
            "the server asks for the password in clear text, which it gets only over TLS that"
                    + " verifies it (VERIFY_CA, VERIFY_FULL), or for GSSAPI or SSPI, which are not supported; set the TLS mode, or"
                    + " let the server use scram-sha-256";

    private PostgresFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case SQLTimeoutException e -> SourceError.of(ErrorCode.TIMEOUT, "the source did not answer in time");
            case PSQLException e -> {
                ServerErrorMessage answer = e.getServerErrorMessage();
                yield answer == null ? ofDriver(e) : SqlFailures.byState(e.getSQLState(), answer.getMessage());
            }
            case SQLException e -> SqlFailures.byState(e.getSQLState(), e.getMessage());
            default -> null;
        };
    }

    /** An exception that the driver made by itself and that no network failure explains. */
    private static SourceError ofDriver(PSQLException e) {
        if (GT.tr("The server does not support SSL.").equals(e.getMessage())) {
            return SourceError.of(ErrorCode.TLS_FAILED, TlsFinding.NOT_OFFERED);
        }
        if (e.getCause() instanceof ProtocolException) {
            return notPostgresql();
        }
        if (GT.tr("Authentication method is not allowed by requireAuth").equals(e.getMessage())) {
            return SourceError.of(ErrorCode.AUTHENTICATION_FAILED, LOGIN_NOT_ALLOWED);
        }
        return switch (Objects.requireNonNullElse(e.getSQLState(), "")) {
            // The driver has no password, no common method, or the server failed to prove that it knows the password.
            case "08004" ->
                new SourceError(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the driver and the server agree on no way to log in",
                        e.getMessage(),
                        false);
            case "08P01", "99999" -> notPostgresql();
            default -> SqlFailures.byState(e.getSQLState(), e.getMessage());
        };
    }

    private static SourceError notPostgresql() {
        return new SourceError(ErrorCode.REMOTE_ERROR, NOT_POSTGRESQL, null, true);
    }
}
