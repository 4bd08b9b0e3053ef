package dev.connections.worker.execution;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Errors by SQLSTATE: what a platform answered, and what its driver says where there was no answer. */
final class SqlFailures {
    private static final String NOT_POSTGRESQL = "the host does not answer as a PostgreSQL server does";

    private SqlFailures() {}

    /** The error for an answer of the platform; null where the exception is the driver's own. */
    static @Nullable TaskError answered(SQLException e) {
        if (e instanceof SQLTimeoutException) {
            return TaskError.of(ErrorCode.TIMEOUT, "the platform did not answer in time");
        }
        if (e instanceof PSQLException fromPostgres) {
            ServerErrorMessage answer = fromPostgres.getServerErrorMessage();
            return answer == null ? null : byState(state(e), Words.plain(answer.getMessage()));
        }
        return state(e).isEmpty() ? null : byState(state(e), Words.plain(e.getMessage()));
    }

    /** The error for an exception that the driver made by itself and that no network failure explains. */
    static TaskError unanswered(SQLException e) {
        String text = Words.plain(e.getMessage());
        if (GT.tr("The server does not support SSL.").equals(e.getMessage())) {
            return TaskError.of(ErrorCode.TLS_FAILED, "the server does not offer TLS, which the connection requires");
        }
        return switch (state(e)) {
            // The driver has no password, no common method, or the server failed to prove that it knows the password.
            case "08004" -> TaskError.of(ErrorCode.AUTHENTICATION_FAILED, text);
            case "08P01", "99999" -> new TaskError(ErrorCode.REMOTE_ERROR, NOT_POSTGRESQL, true);
            default -> byState(state(e), text);
        };
    }

    /** Connection exception, transaction rollback, insufficient resources, operator intervention. */
    static boolean isTransient(@Nullable String state) {
        return state != null
                && (state.startsWith("08")
                        || state.startsWith("40")
                        || state.startsWith("53")
                        || state.startsWith("57"));
    }

    private static TaskError byState(String state, String text) {
        if (state.startsWith("28")) {
            return TaskError.of(ErrorCode.AUTHENTICATION_FAILED, text);
        }
        if (state.equals("42501")) {
            return TaskError.of(ErrorCode.PERMISSION_DENIED, text);
        }
        return new TaskError(ErrorCode.REMOTE_ERROR, text, isTransient(state));
    }

    private static String state(SQLException e) {
        return e.getSQLState() == null ? "" : e.getSQLState();
    }
}
