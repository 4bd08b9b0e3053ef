package dev.connections.worker.source.teradata;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.jdbc.DriverFailures;
import dev.connections.worker.source.jdbc.SqlFailures;
import java.net.ProtocolException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which exception of Teradata's driver stands for which error, and which of a system's error numbers. */
final class TeradataFailures {
    static final String NOT_TERADATA = "the host does not answer as a Teradata system does";
    static final String UNVERIFIED =
            "Teradata's logins (TD2, LDAP) give the password to whoever answers, and workers do that only over TLS that"
                    + " verifies the system. Set the TLS mode to VERIFY_CA or VERIFY_FULL and the port to that of TLS, which is"
                    + " 443 as a rule";

    /** The types of view columns cannot be asked for; systems have this switched off by default. */
    static final int NO_VIEW_COLUMNS = 9719;

    /** The password of the user has expired; where a system lets the user in all the same, it takes only a new password. */
    static final int EXPIRED = 3032;

    private static final String DRIVER = "com.teradata.";
    /** How the driver marks what the system said, whose words follow the marks. */
    private static final String OF_SERVER = "[Teradata Database]";

    private static final Pattern MARKS = Pattern.compile("^(\\[[^\\]]{0,100}] )+");

    /** No right to read an object, on it or on its database. */
    private static final Set<Integer> NO_RIGHT = Set.of(3523, 3524, 5315);

    /** What was named is gone or was never there. */
    private static final Set<Integer> GONE = Set.of(3802, 3807);

    /** Deadlocks, objects that change, aborts, restarts, no room for another session or answer, spool space used up. */
    private static final Set<Integer> PASSING =
            Set.of(2631, 2646, 2801, 2825, 2826, 2828, 3110, 3111, 3120, 3130, 3598, 3603, 7423, 8024);

    private TeradataFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case ProtocolException e -> notTeradata();
            case SQLTimeoutException e -> SourceError.of(ErrorCode.TIMEOUT, "the source did not answer in time");
            case SQLException e -> isOfServer(e) ? ofServer(e) : ofDriver(e);
            // The driver believes the lengths and numbers that it is sent.
            case RuntimeException e -> DriverFailures.isOf(DRIVER, e) ? notTeradata() : null;
            default -> null;
        };
    }

    /** Whether the system has answered with an error, and not the driver with one of its own. */
    static boolean isOfServer(SQLException e) {
        return String.valueOf(e.getMessage()).startsWith(OF_SERVER);
    }

    /** Whether the account may not read what a statement names. */
    static boolean isNoRight(SQLException e) {
        return isOfServer(e) && NO_RIGHT.contains(e.getErrorCode());
    }

    /** Whether the statement failed because the system tells nobody the types of view columns, or has no view for them. */
    static boolean isWithoutViewColumns(SQLException e) {
        int number = e.getErrorCode();
        return isOfServer(e) && (number == NO_VIEW_COLUMNS || GONE.contains(number) || NO_RIGHT.contains(number));
    }

    /** Whether a statement failed with its session, and not because of what it asks for. */
    static boolean isOfTheSession(SQLException e, Connection connection) throws SQLException {
        return !isOfServer(e) || connection.isClosed();
    }

    private static SourceError ofServer(SQLException e) {
        String said = MARKS.matcher(String.valueOf(e.getMessage())).replaceFirst("");
        int number = e.getErrorCode();
        if (NO_RIGHT.contains(number)) {
            return new SourceError(
                    ErrorCode.PERMISSION_DENIED, "the account lacks a privilege that is needed", said, false);
        }
        if (PASSING.contains(number)) {
            return new SourceError(ErrorCode.REMOTE_ERROR, "the source answered with error " + number, said, true);
        }
        if (GONE.contains(number)) {
            return new SourceError(ErrorCode.REMOTE_ERROR, "the source has no such object", said, false);
        }
        return SqlFailures.byState(e.getSQLState(), said);
    }

    /** The driver's own words have addresses and numbers of sessions in them. */
    private static SourceError ofDriver(SQLException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof RuntimeException) {
                return notTeradata();
            }
        }
        return switch (e.getErrorCode()) {
            // Time limits of the driver, for logins and for statements.
            case 1277, 1095 -> SourceError.of(ErrorCode.TIMEOUT, "the source did not answer in time");
            default -> notTeradata();
        };
    }

    /**
     * The error of a login that the system refused. Its message may name the user, and that may also be the password, so the
     * message is never shown.
     */
    static TaskError ofLogin(int number, @Nullable String state) {
        return switch (number) {
            case 8017, 3002 ->
                TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the system refused the user name, the password or the account of the user; with LDAP, set LOGMECH");
            case 3003 ->
                TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the system does not let the user log in: the password has expired, or LOGON was not granted");
            case EXPIRED ->
                TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the user's password has expired; set a new password (MODIFY USER ... AS PASSWORD = ...), and then"
                                + " change it in the connection");
            case 3120, 8024 ->
                new TaskError(ErrorCode.REMOTE_ERROR, "the system restarts, or takes no more sessions now", true);
            default -> SqlFailures.byState(state, null).toTaskError(List.of());
        };
    }

    private static SourceError notTeradata() {
        return new SourceError(ErrorCode.REMOTE_ERROR, NOT_TERADATA, null, true);
    }
}
