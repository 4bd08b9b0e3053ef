package dev.connections.worker.source.redshift;

import com.amazon.redshift.util.GT;
import com.amazon.redshift.util.RedshiftException;
import com.amazon.redshift.util.ServerErrorMessage;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.TlsFinding;
import dev.connections.worker.source.jdbc.DriverFailures;
import dev.connections.worker.source.jdbc.SqlFailures;
import dev.connections.worker.source.pgwire.RefusedLogin;
import java.net.ProtocolException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which exception of Amazon's driver stands for which error. */
final class RedshiftFailures {
    static final String NOT_REDSHIFT = "the host does not answer as a Redshift cluster does";
    static final String CLEAR_PASSWORD =
            "the server asks for the password in clear text, which it gets only over TLS that verifies it; set the TLS mode"
                    + " to VERIFY_CA or VERIFY_FULL";
    static final String LOGIN_UNKNOWN =
            "the server asks for a login that workers do not have; let the user log in with a password (MD5 or SHA-256)";

    private static final String LOGIN_REFUSED =
            "the server refused the user name or the password, or does not admit the user from the workers' address or with"
                    + " this TLS mode";
    private static final String DRIVER = "com.amazon.redshift.";

    /** A statement took longer than its session allows. */
    private static final String QUERY_CANCELED = "57014";

    private RedshiftFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case SQLTimeoutException e -> SourceError.of(ErrorCode.TIMEOUT, "the source did not answer in time");
            case RedshiftException e -> {
                ServerErrorMessage answer = e.getServerErrorMessage();
                yield answer == null ? ofDriver(e) : SqlFailures.byState(e.getSQLState(), answer.getMessage());
            }
            case SQLException e -> SqlFailures.byState(e.getSQLState(), e.getMessage());
            // The driver believes the lengths and numbers that it is sent.
            case RuntimeException e -> DriverFailures.isOf(DRIVER, e) ? notRedshift() : null;
            default -> null;
        };
    }

    /** The error of a login that the server refused; Redshift has one state for all that is wrong with a user. */
    static TaskError ofLogin(@Nullable String state, String database) {
        return Objects.requireNonNullElse(state, "").equals("28000")
                ? TaskError.of(ErrorCode.AUTHENTICATION_FAILED, LOGIN_REFUSED)
                : RefusedLogin.of(state, database);
    }

    /** Whether a statement failed with its session, and not because of what it asks for. */
    static boolean isOfTheSession(SQLException e, Connection connection) throws SQLException {
        return connection.isClosed()
                || (SqlFailures.isTransient(e.getSQLState()) && !QUERY_CANCELED.equals(e.getSQLState()));
    }

    /** Whether the driver found that the server offers no TLS. */
    static boolean saysThatThereIsNoTls(RedshiftException e) {
        return GT.tr("The server does not support SSL.").equals(e.getMessage());
    }

    /** An exception that the driver made by itself and that no network failure explains. */
    private static SourceError ofDriver(RedshiftException e) {
        if (saysThatThereIsNoTls(e)) {
            return SourceError.of(ErrorCode.TLS_FAILED, TlsFinding.NOT_OFFERED);
        }
        if (e.getCause() instanceof ProtocolException || e.getCause() instanceof RuntimeException) {
            return notRedshift();
        }
        return switch (Objects.requireNonNullElse(e.getSQLState(), "")) {
            case "08P01", "99999" -> notRedshift();
            default -> SqlFailures.byState(e.getSQLState(), e.getMessage());
        };
    }

    private static SourceError notRedshift() {
        return new SourceError(ErrorCode.REMOTE_ERROR, NOT_REDSHIFT, null, true);
    }
}
