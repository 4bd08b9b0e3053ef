package dev.connections.worker.source.pgwire;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.jdbc.SqlFailures;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Logins that a server refused, in words of this service. */
public final class RefusedLogin {
    private RefusedLogin() {}

    /**
     * The error of a login that the server refused. The server's message names the user and the database, and either may
     * also be the password, so the message is never shown.
     */
    public static TaskError of(@Nullable String state, String database) {
        return switch (Objects.requireNonNullElse(state, "")) {
            case "28P01" ->
                TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "the server refused the user name or the password");
            case "28000" ->
                TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the server does not admit the user: there is no such user, it may not log in, or the server's"
                                + " access rules (pg_hba.conf) refuse the user, database, address or TLS mode");
            case "3D000" -> TaskError.of(ErrorCode.REMOTE_ERROR, "database \"" + database + "\" does not exist");
            case "42501" ->
                TaskError.of(ErrorCode.PERMISSION_DENIED, "the user may not connect to database \"" + database + "\"");
            case "53300" ->
                new TaskError(
                        ErrorCode.REMOTE_ERROR,
                        "too many connections to the server, by the user or to the database",
                        true);
            case "55000" ->
                TaskError.of(ErrorCode.REMOTE_ERROR, "database \"" + database + "\" does not accept connections");
            case "57P03" ->
                new TaskError(
                        ErrorCode.REMOTE_ERROR,
                        "the server is starting, stopping or recovering, and takes no logins",
                        true);
            default -> SqlFailures.byState(state, null).toTaskError(List.of());
        };
    }
}
