package dev.connections.worker.source.trino;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.http.HttpFailures;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Which exception stands for which error, and which status of an answer. */
final class TrinoFailures {
    private static final String NOT_TRINO = "the host answers, but not as a Trino cluster does";

    private TrinoFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case QueryFailedException e -> ofQuery(e);
            case JacksonException e -> new SourceError(ErrorCode.REMOTE_ERROR, NOT_TRINO, null, true);
            case ProtocolException e -> new SourceError(ErrorCode.REMOTE_ERROR, NOT_TRINO, null, true);
            default -> HttpFailures.errorOf(thrown);
        };
    }

    private static SourceError ofQuery(QueryFailedException e) {
        if (e.isOfPrivileges()) {
            return new SourceError(
                    ErrorCode.PERMISSION_DENIED, "the account lacks a privilege that is needed", e.getMessage(), false);
        }
        return new SourceError(
                ErrorCode.REMOTE_ERROR, "the cluster failed a statement", e.getMessage(), !e.isOfTheStatement());
    }

    /**
     * How a request logs in.
     *
     * @param isEncrypted over HTTPS
     * @param hasPassword the connection has one
     * @param sendsPassword and it is sent
     */
    record Login(boolean isEncrypted, boolean hasPassword, boolean sendsPassword) {
        private String unauthorized() {
            if (sendsPassword) {
                return "the cluster refused the user name or the password";
            }
            return hasPassword
                    ? "the cluster asks for the password, which workers send only over TLS that verifies the cluster; set"
                            + " the TLS mode to VERIFY_CA or VERIFY_FULL, and the port of HTTPS"
                    : "the cluster asks for a password, and the connection has none";
        }

        private String forbidden() {
            return isEncrypted
                    ? "the cluster does not let the account log in from here (status 403)"
                    : "the cluster takes no login over HTTP; set the TLS mode to VERIFY_CA or VERIFY_FULL, and the port of"
                            + " HTTPS";
        }
    }

    /**
     * The error for an answer that is none to a statement.
     *
     * @param answered whether the cluster has answered a statement before
     */
    static RunFailedException ofStatus(int status, Login login, boolean answered) {
        return switch (status) {
            case 401 -> new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, login.unauthorized(), null);
            case 403 -> new RunFailedException(ErrorCode.AUTHENTICATION_FAILED, login.forbidden(), null);
            default -> {
                String words = answered ? "the cluster has lost the statement" : NOT_TRINO;
                yield new RunFailedException(
                        new TaskError(ErrorCode.REMOTE_ERROR, words + " (status " + status + ")", true), null);
            }
        };
    }
}
