package dev.connections.worker.catalog;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows in the text format of COPY. */
final class CopyBuffer {
    private final StringBuilder text = new StringBuilder(1 << 16);
    private boolean rowStarted;

    CopyBuffer add(@Nullable String value) {
        separate();
        if (value == null) {
            text.append("\\N");
        } else {
            escape(value);
        }
        return this;
    }

    CopyBuffer add(@Nullable UUID value) {
        return raw(value == null ? "\\N" : value.toString());
    }

    CopyBuffer add(@Nullable Instant value) {
        return raw(value == null ? "\\N" : value.toString());
    }

    CopyBuffer add(int value) {
        return raw(Integer.toString(value));
    }

    CopyBuffer add(boolean value) {
        return raw(value ? "t" : "f");
    }

    CopyBuffer add(byte[] value) {
        return raw("\\\\x" + HexFormat.of().formatHex(value));
    }

    CopyBuffer add(List<String> values) {
        separate();
        text.append('{');
        for (int i = 0; i < values.size(); i++) {
            text.append(i == 0 ? "\"" : ",\"");
            // Twice: once for the array's quotes, once for COPY.
            escape(values.get(i).replace("\\", "\\\\").replace("\"", "\\\""));
            text.append('"');
        }
        text.append('}');
        return this;
    }

    void endRow() {
        text.append('\n');
        rowStarted = false;
    }

    int length() {
        return text.length();
    }

    /** The rows so far; the buffer is empty afterwards. */
    byte[] take() {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        text.setLength(0);
        return bytes;
    }

    private CopyBuffer raw(String value) {
        separate();
        text.append(value);
        return this;
    }

    private void separate() {
        if (rowStarted) {
            text.append('\t');
        }
        rowStarted = true;
    }

    private void escape(String value) {
        int from = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' || c == '\n' || c == '\r' || c == '\t') {
                text.append(value, from, i).append('\\').append(letter(c));
                from = i + 1;
            }
        }
        text.append(value, from, value.length());
    }

    private static char letter(char c) {
        return switch (c) {
            case '\n' -> 'n';
            case '\r' -> 'r';
            case '\t' -> 't';
            default -> c;
        };
    }
}
