package dev.connections.worker.source.sqlserver;

import com.microsoft.sqlserver.jdbc.SQLServerError;
import com.microsoft.sqlserver.jdbc.SQLServerException;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.SourceError;
import dev.connections.worker.source.jdbc.DriverFailures;
import dev.connections.worker.source.jdbc.SqlFailures;
import java.net.ProtocolException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which exception of Microsoft's driver stands for which error, and which of a server's error numbers. */
final class SqlServerFailures {
    static final String NOT_SQL_SERVER = "the host does not answer as SQL Server does, or closed the connection";

    static final String NOT_VERIFIED =
            "a login to SQL Server sends the password to the server, and workers do that only over TLS that verifies the server;"
                    + " set the TLS mode to VERIFY_CA or VERIFY_FULL, with the server's certificate or its authority's as"
                    + " caCertificate unless a public authority has issued it";

    private static final String DRIVER = "com.microsoft.sqlserver.";

    /** Another session holds a lock on what was to be read. */
    private static final int LOCKED = 1222;

    /**
     * Locks and deadlocks, rows that moved, sessions that somebody ended, databases that start or change over, and limits of
     * Azure that pass. Source: Microsoft's lists of errors of the engine, and of transient errors.
     */
    private static final Set<Integer> TRANSIENT = Set.of(
            LOCKED, 601, 617, 669, 701, 802, 921, 922, 924, 983, 1204, 1205, 3906, 3960, 3966, 4221, 6005, 8645, 8651,
            9001, 9515, 10928, 10929, 10936, 17142, 18401, 18461, 40143, 40197, 40501, 40540, 40613, 41301, 41302,
            41305, 41325, 42108, 42109, 49918, 49919, 49920);

    private SqlServerFailures() {}

    static @Nullable SourceError errorOf(Throwable thrown) {
        return switch (thrown) {
            case ProtocolException e -> notSqlServer();
            case SQLTimeoutException e -> SourceError.of(ErrorCode.TIMEOUT, "the source did not answer in time");
            case SQLServerException e -> {
                SQLServerError answer = e.getSQLServerError();
                yield answer == null ? ofDriver(e) : ofServer(answer.getErrorNumber(), answer.getErrorMessage());
            }
            case SQLException e -> ofServer(e.getErrorCode(), e.getMessage());
            // The driver believes the lengths and numbers that it is sent.
            case RuntimeException e -> DriverFailures.isOf(DRIVER, e) ? notSqlServer() : null;
            default -> null;
        };
    }

    /** An exception that the driver made by itself and that no network failure explains. */
    private static SourceError ofDriver(SQLServerException e) {
        boolean ofConnection = String.valueOf(e.getSQLState()).startsWith("08");
        return ofConnection || e.getCause() != null || e.getSQLState() == null
                ? notSqlServer()
                : SqlFailures.byState(e.getSQLState(), null);
    }

    private static SourceError notSqlServer() {
        return new SourceError(ErrorCode.REMOTE_ERROR, NOT_SQL_SERVER, null, true);
    }

    /** Whether the same statement may well succeed a little later. */
    static boolean isTransient(SQLException e) {
        return TRANSIENT.contains(e.getErrorCode());
    }

    /** Whether a statement waited in vain for a lock. */
    static boolean isLocked(SQLException e) {
        return e.getErrorCode() == LOCKED;
    }

    /** The error for an answer of the server, of which people are shown what it said. */
    private static SourceError ofServer(int number, @Nullable String said) {
        return switch (number) {
            case 229, 230, 262, 297, 300, 371, 916, 15247, 15562 ->
                new SourceError(
                        ErrorCode.PERMISSION_DENIED,
                        "the account lacks a privilege that is needed (error " + number + ")",
                        said,
                        false);
            case LOCKED ->
                new SourceError(
                        ErrorCode.REMOTE_ERROR,
                        "another session holds a lock on what was to be read, as a transaction with DDL in it does",
                        null,
                        true);
            default ->
                new SourceError(
                        ErrorCode.REMOTE_ERROR,
                        "the source answered with error " + number,
                        said,
                        TRANSIENT.contains(number));
        };
    }

    /**
     * The error of a login that the server refused. The server's message names the user, and that may also be the password, so
     * the message is never shown.
     *
     * @param database the one that the login is for, in words
     */
    static TaskError ofLogin(int number, String database) {
        return switch (number) {
            case 18456 ->
                refused(
                        "the server refused the user name or the password, or admits only Windows logins; check both, and that"
                                + " the server is in mixed mode");
            case 18452 ->
                refused(
                        "the server admits only Windows logins; set it to mixed mode and create a login with a password");
            case 18470 -> refused("the login is disabled");
            case 18486 -> refused("the login is locked out after too many failed attempts");
            case 18487, 18488 -> refused("the login's password has expired or must be changed");
            case 17892 -> refused("a logon trigger of the server refused the login");
            case 18450, 18451, 18458, 18459, 18460 -> refused("the server refused the login");
            case 911, 916, 4060, 4062, 4064 ->
                TaskError.of(
                        ErrorCode.PERMISSION_DENIED,
                        database
                                + " does not exist or is not online, or the login may not open it; create a user for the"
                                + " login in it, or grant the login CONNECT ANY DATABASE");
            case 40615, 40914, 40532, 47073 ->
                new TaskError(
                        ErrorCode.CONNECTION_REFUSED,
                        "the server's firewall does not admit the workers' address; add a rule for it",
                        false);
            case 17809, 17810, 10928, 10929 ->
                new TaskError(ErrorCode.REMOTE_ERROR, "too many connections to the server or to the database", true);
            case 18461, 17142, 18401, 6005, 40613, 40197, 921, 922 ->
                new TaskError(
                        ErrorCode.REMOTE_ERROR,
                        "the server or " + database
                                + " is starting, stopping, paused or changing over, and takes no logins",
                        true);
            default ->
                new TaskError(
                        ErrorCode.REMOTE_ERROR,
                        "the server answered the login with error " + number,
                        TRANSIENT.contains(number));
        };
    }

    private static TaskError refused(String words) {
        return TaskError.of(ErrorCode.AUTHENTICATION_FAILED, words);
    }
}
