package dev.connections.worker.source.jdbc;

import dev.connections.task.ErrorCode;
import dev.connections.worker.source.SourceError;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Errors by SQLSTATE, whose classes the SQL standard gives and most servers keep to. */
public final class SqlFailures {
    /**
     * Connection exception, transaction rollback, insufficient resources, operator intervention; and states in other
     * classes for what another session holds, and for a transaction that waited too long for us.
     */
    private static final Set<String> TRANSIENT = Set.of("08", "40", "53", "57", "55P03", "55006", "25P03");

    private SqlFailures() {}

    /**
     * The error for an answer of the server.
     *
     * @param state the SQLSTATE; null where the driver gives none
     * @param said the server's own message
     */
    public static SourceError byState(@Nullable String state, @Nullable String said) {
        String known = state == null ? "" : state;
        if (known.startsWith("28")) {
            return new SourceError(
                    ErrorCode.AUTHENTICATION_FAILED, "the source refused the login" + named(known), said, false);
        }
        if (known.equals("42501")) {
            return new SourceError(
                    ErrorCode.PERMISSION_DENIED,
                    "the account lacks a privilege that is needed" + named(known),
                    said,
                    false);
        }
        return new SourceError(
                ErrorCode.REMOTE_ERROR, "the source answered with an error" + named(known), said, isTransient(known));
    }

    /** Whether the same work may well succeed a little later. */
    public static boolean isTransient(@Nullable String state) {
        return state != null
                && (TRANSIENT.contains(state) || (state.length() == 5 && TRANSIENT.contains(state.substring(0, 2))));
    }

    private static String named(String state) {
        return state.isEmpty() ? "" : " (SQLSTATE " + state + ")";
    }
}
