package dev.connections.worker.source.postgresql;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads text as the server sends it. A database in the encoding SQL_ASCII may hold bytes that are not UTF-8; each becomes
 * the replacement character, where the driver would fail.
 */
final class PostgresText {
    private static final char REPLACEMENT = '\uFFFD';

    private boolean replaced;

    /** A text that cannot be null. */
    String of(ResultSet row, int column) throws SQLException {
        String text = orNull(row, column);
        return text == null ? "" : text;
    }

    @Nullable
    String orNull(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        if (bytes == null) {
            return null;
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        replaced |= text.indexOf(REPLACEMENT) >= 0 && !Arrays.equals(bytes, text.getBytes(StandardCharsets.UTF_8));
        return text;
    }

    /** Whether bytes have been replaced since this was asked before, or since {@link #forget}. */
    boolean hasReplaced() {
        boolean answer = replaced;
        replaced = false;
        return answer;
    }

    /** Forgets what was replaced in texts that are not used. */
    void forget() {
        replaced = false;
    }
}
