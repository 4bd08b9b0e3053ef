package dev.connections.worker.source.oracle;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.jdbc.DriverFailures;
import java.net.ProtocolException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which of Oracle's error numbers stands for which error: those of a database and its listener, and from 17000 on those of the
 * driver. Source: Oracle's Database Error Messages.
 */
final class OracleFailures {
    static final String NOT_ORACLE = "the host does not answer as a listener of an Oracle database does";
    static final String GRANT_SESSION = "the user may not log in; GRANT CREATE SESSION TO <user>";

    /** The address to which a listener sends a client on says whether there is TLS. */
    static final String WITHOUT_TLS = "the listener leads to an address without TLS, which the connection requires";

    static final String WITH_TLS =
            "the listener leads to an address with TLS; set the TLS mode, and the port that listens for it";

    private static final String GONE =
            "the server closed the connection, as a port for TLS also does to one who comes without"
                    + " it; if it listens for TLS (tcps), set the TLS mode";
    private static final String DRIVER = "oracle.";
    private static final int GONE_AWAY = 3113;

    /** Behind these the driver repeats addresses and links to a manual. */
    private static final Pattern NOISE = Pattern.compile("(?s) ?\\(CONNECTION_ID=.*|\\s*https?://.*");

    private OracleFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case SQLTimeoutException e -> SourceError.of(ErrorCode.TIMEOUT, "the source did not answer in time");
            case ProtocolException e -> notOracle();
            case SQLException e -> ofStatement(e);
            // The driver believes the lengths and numbers that it is sent.
            case RuntimeException e -> DriverFailures.isOf(DRIVER, e) ? notOracle() : null;
            default -> null;
        };
    }

    private static SourceError ofStatement(SQLException e) {
        int number = e.getErrorCode();
        if (isOfDriver(number)) {
            return ofDriver(number);
        }
        String said = said(e.getMessage());
        return switch (number) {
            case 942, 1031, 1720, 41900 ->
                new SourceError(
                        ErrorCode.PERMISSION_DENIED,
                        "the account lacks a privilege that is needed; see docs/sources/oracle.md for what to grant",
                        said,
                        false);
            case 1013 -> SourceError.of(ErrorCode.TIMEOUT, "the statement was canceled");
            // Killed or idle sessions, shutdowns, failovers, resources, and undo that was reused.
            case 18,
                    20,
                    28,
                    54,
                    60,
                    1012,
                    1033,
                    1034,
                    1089,
                    1090,
                    1092,
                    1109,
                    1555,
                    1652,
                    2391,
                    2396,
                    2399,
                    3114,
                    3135,
                    4020,
                    4021,
                    4031,
                    4068,
                    12805,
                    12829,
                    25408,
                    30006 ->
                new SourceError(ErrorCode.REMOTE_ERROR, "the source answered with ORA-" + number, said, true);
            default ->
                new SourceError(
                        ErrorCode.REMOTE_ERROR, "the source answered with ORA-%05d".formatted(number), said, false);
        };
    }

    /**
     * The error of a login that came to nothing; null where the driver has given up by itself. Neither the driver's message nor
     * the server's is shown: they have the user, and addresses that are none of the connection's.
     */
    static @Nullable TaskError ofLogin(int number) {
        return switch (number) {
            case 1005, 1017 ->
                TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "the server refused the user name or the password");
            case 28000 -> TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "the user's account is locked");
            case 28001 -> TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "the user's password has expired");
            case 28040, 3134 ->
                TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the server and Oracle's driver have no way to log in in common; the server is too old, or the account"
                                + " has only a password verifier of an old version and needs its password set anew");
            case 1045 -> TaskError.of(ErrorCode.PERMISSION_DENIED, GRANT_SESSION);
            case 12504, 12505, 12514 ->
                TaskError.of(
                        ErrorCode.REMOTE_ERROR,
                        "the listener knows no service of the name that the connection has as database; lsnrctl services"
                                + " shows those that it knows, and a SID is none");
            case 12154, 12533, 12545 ->
                TaskError.of(ErrorCode.REMOTE_ERROR, "the listener leads to an unknown address");
            case 1033, 1034, 1089, 1090, 1109, 12526, 12527, 12528 ->
                waiting("the database is starting, stopping or not open, and takes no logins");
            case 18, 20, 12516, 12518, 12519, 12520, 12521, 12523 ->
                waiting("too many sessions on the server; the listener has no process for another one");
            case 1035 -> waiting("the database takes logins of administrators only");
            case 2391 -> waiting("the user has as many sessions as its profile allows");
            case 12170, 12535, 12606, 12608, 12609 ->
                TaskError.of(ErrorCode.TIMEOUT, "the source did not answer in time");
            case 12547, 12537, 12564, 12566, 12571 -> waiting("the server refused the connection without a reason");
            case 12650, 12660 ->
                TaskError.of(
                        ErrorCode.TLS_FAILED,
                        "the server's native network encryption and the driver's have no algorithm in common");
            default -> isOfDriver(number) ? null : ofServer(number);
        };
    }

    private static TaskError ofServer(int number) {
        return TaskError.of(ErrorCode.REMOTE_ERROR, "the server refused the login with ORA-%05d".formatted(number));
    }

    /** Also where the driver finds that the server has gone, and where it gives no number. */
    private static boolean isOfDriver(int number) {
        return (number >= 17_000 && number < 19_000) || number == GONE_AWAY || number <= 0;
    }

    private static SourceError ofDriver(int number) {
        return switch (number) {
            // An I/O error, no data to read, a closed connection, and the end of a stream.
            case GONE_AWAY, 17_002, 17_008, 17_410, 17_800 -> new SourceError(ErrorCode.REMOTE_ERROR, GONE, null, true);
            case 17_962 -> SourceError.of(ErrorCode.TLS_FAILED, WITHOUT_TLS);
            default -> notOracle();
        };
    }

    private static TaskError waiting(String words) {
        return new TaskError(ErrorCode.REMOTE_ERROR, words, true);
    }

    private static @Nullable String said(@Nullable String message) {
        return message == null ? null : NOISE.matcher(message).replaceAll("").strip();
    }

    private static SourceError notOracle() {
        return new SourceError(ErrorCode.REMOTE_ERROR, NOT_ORACLE, null, true);
    }
}
