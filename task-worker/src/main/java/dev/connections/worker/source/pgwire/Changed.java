package dev.connections.worker.source.pgwire;

import java.sql.SQLException;
import java.util.Set;

/** Answers which say that something changed while it was looked at. */
public final class Changed {
    /** An object went away between two looks at the catalogs, or the catalogs are broken. */
    private static final Set<String> STATES = Set.of("XX000", "XX001", "42P01", "42704", "42883", "42703", "3F000");

    private Changed() {}

    /** Whether an answer is one of them. */
    public static boolean isSaidBy(SQLException e) {
        return STATES.contains(String.valueOf(e.getSQLState()));
    }
}
