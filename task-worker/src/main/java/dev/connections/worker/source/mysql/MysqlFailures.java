package dev.connections.worker.source.mysql;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.TlsFinding;
import dev.connections.worker.source.jdbc.DriverFailures;
import dev.connections.worker.source.jdbc.SqlFailures;
import java.net.ProtocolException;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which exception of MariaDB's driver stands for which error, and which of a server's error numbers. */
final class MysqlFailures {
    static final String NOT_MYSQL = "the host does not answer as a MySQL or MariaDB server does";
    static final String LOGIN_NOT_ALLOWED =
            "the account's login (caching_sha2_password, for example) sends the password to"
                    + " the server, and workers do that only over TLS that verifies the server. Set the TLS mode to VERIFY_CA or"
                    + " VERIFY_FULL; a self-installed server's authority is the file ca.pem in its data directory. Or let the account"
                    + " log in with mysql_native_password or ed25519";

    private static final String LOGIN_UNKNOWN =
            "the account logs in by a method that workers do not have; see docs/sources for those that they have";

    /** The driver's own words, which have no number; those of version 4.0. */
    private static final String SAYS_NO_TLS = "ssl not enabled in the server";

    /** The driver's number, and the servers', for a way to log in that one of them does not have. */
    private static final int NO_SUCH_LOGIN = 1251;

    /** The driver puts the session's number before the server's words. */
    private static final Pattern SESSION = Pattern.compile("^\\(conn=\\d+\\) ");

    private MysqlFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case ProtocolException e -> notMysql();
            case SQLException e -> ofDriver(e);
            // The driver believes the lengths and numbers that it is sent.
            case RuntimeException e -> DriverFailures.isOf("org.mariadb.", e) ? notMysql() : null;
            default -> null;
        };
    }

    /** The server's error in a chain of causes, which the driver may have wrapped; null where it has sent none. */
    static @Nullable SQLException answerIn(SQLException thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException e && e.getErrorCode() > 0) {
                return e;
            }
        }
        return null;
    }

    static boolean saysThatThereIsNoTls(SQLException e) {
        return e.getErrorCode() <= 0 && String.valueOf(e.getMessage()).contains(SAYS_NO_TLS);
    }

    private static SourceError ofDriver(SQLException e) {
        if (saysThatThereIsNoTls(e)) {
            return SourceError.of(ErrorCode.TLS_FAILED, TlsFinding.NOT_OFFERED);
        }
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof RuntimeException || cause instanceof ProtocolException) {
                return notMysql();
            }
        }
        return ofServer(e.getErrorCode(), e.getSQLState(), e.getMessage());
    }

    /** The error for an answer of the server, of which people are shown what it said. */
    static SourceError ofServer(int number, @Nullable String state, @Nullable String message) {
        String said = message == null ? null : SESSION.matcher(message).replaceFirst("");
        return switch (number) {
            case NO_SUCH_LOGIN -> SourceError.of(ErrorCode.AUTHENTICATION_FAILED, LOGIN_NOT_ALLOWED);
            case 1142, 1143, 1227, 1370 ->
                new SourceError(
                        ErrorCode.PERMISSION_DENIED, "the account lacks a privilege that is needed", said, false);
            // Locks, deadlocks, time limits, and sessions that somebody ended.
            case 1053, 1152, 1184, 1205, 1213, 1317, 1927, 1969, 3024, 4031 ->
                new SourceError(ErrorCode.REMOTE_ERROR, "the source answered with error " + number, said, true);
            default -> SqlFailures.byState(state, said);
        };
    }

    /**
     * The error of a login that the server refused. The server's message names the user, and that may also be the
     * password, so the message is never shown.
     */
    static TaskError ofLogin(int number, @Nullable String state, boolean verified) {
        return switch (number) {
            case NO_SUCH_LOGIN ->
                TaskError.of(ErrorCode.AUTHENTICATION_FAILED, verified ? LOGIN_UNKNOWN : LOGIN_NOT_ALLOWED);
            case 1045, 1698 ->
                TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the server refused the user name or the password, or does not admit the user from this address");
            case 1130 ->
                TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the server admits nobody from the workers' address; create the user for that host");
            case 1129 ->
                TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the server has blocked the workers' address after too many failed logins; it admits it again"
                                + " after FLUSH HOSTS");
            case 1820, 1862 -> TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "the user's password has expired");
            case 3118, 4151 -> TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "the user's account is locked");
            case 1040, 1203, 1226 ->
                new TaskError(
                        ErrorCode.REMOTE_ERROR,
                        "too many connections to the server, or more of the user's than it may have",
                        true);
            case 3159 -> TaskError.of(ErrorCode.TLS_FAILED, "the server takes logins only over TLS; set the TLS mode");
            default -> SqlFailures.byState(state, null).toTaskError(List.of());
        };
    }

    private static SourceError notMysql() {
        return new SourceError(ErrorCode.REMOTE_ERROR, NOT_MYSQL, null, true);
    }
}
