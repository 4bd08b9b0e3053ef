package dev.connections.worker.source.teradata;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What rows of the dictionary hold, whatever a server sends in place of it. */
final class TeradataRows {
    /** Of which the hours of the offset may stand alone. */
    private static final Pattern TIME =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\d)[ T](\\d\\d:\\d\\d:\\d\\d)(?:\\.\\d+)?([+-]\\d\\d)(?::?(\\d\\d))?");

    private TeradataRows() {}

    /** A text that cannot be null, unless the server is none of Teradata's. */
    static String text(ResultSet row, int column) throws SQLException {
        String sent = row.getString(column);
        return sent == null ? "" : sent;
    }

    static @Nullable String filledOrNull(ResultSet row, int column) throws SQLException {
        String sent = row.getString(column);
        return sent == null || sent.isEmpty() ? null : sent;
    }

    /** A code, which has a fixed length: the blanks at its end mean nothing. A name has none but its own. */
    static String code(ResultSet row, int column) throws SQLException {
        return text(row, column).strip();
    }

    static @Nullable Integer number(ResultSet row, int column) throws SQLException {
        int number = row.getInt(column);
        return row.wasNull() ? null : Integer.valueOf(number);
    }

    static @Nullable Long length(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : Long.valueOf(number);
    }

    static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        Matcher time = TIME.matcher(code(row, column));
        if (!time.matches()) {
            return null;
        }
        String minutes = time.group(4) == null ? "00" : time.group(4);
        try {
            return OffsetDateTime.parse(time.group(1) + "T" + time.group(2) + time.group(3) + ":" + minutes)
                    .toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }
}
