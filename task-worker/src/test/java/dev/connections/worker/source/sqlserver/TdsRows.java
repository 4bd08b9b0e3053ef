package dev.connections.worker.source.sqlserver;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.LocalDateTime;
import java.time.temporal.ChronoField;
import java.time.temporal.JulianFields;
import java.util.Arrays;

/** Writes rows as servers do: bits for columns that are named so, numbers, texts short and long, and times with an offset. */
final class TdsRows {
    /** Days from the first of January of the year 1 on, in modified Julian days. */
    private static final long FIRST_DAY = -678_575;

    private final TdsOutput out;
    private final ResultSet row;
    private final Kind[] kinds;
    private final String[] names;

    private enum Kind {
        BIT,
        SMALLINT,
        INT,
        TEXT,
        LONG_TEXT,
        TIME
    }

    TdsRows(TdsOutput out, ResultSet row) throws SQLException {
        this.out = out;
        this.row = row;
        ResultSetMetaData columns = row.getMetaData();
        this.kinds = new Kind[columns.getColumnCount()];
        this.names = new String[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            names[i] = columns.getColumnLabel(i + 1);
            kinds[i] = kind(names[i], columns.getColumnTypeName(i + 1));
        }
    }

    private static Kind kind(String name, String type) {
        return switch (type) {
            case "int2" -> name.startsWith("is_") ? Kind.BIT : Kind.SMALLINT;
            case "int4", "serial" -> Kind.INT;
            case "varchar", "bpchar" -> Kind.TEXT;
            case "text" -> Kind.LONG_TEXT;
            case "timestamp" -> Kind.TIME;
            default -> throw new IllegalStateException("column " + name + " is " + type);
        };
    }

    void write() throws IOException, SQLException {
        out.columns(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            out.int4(0).int2(1);
            switch (kinds[i]) {
                case BIT -> out.int1(0x68).int1(1);
                case SMALLINT -> out.int1(0x26).int1(2);
                case INT -> out.int1(0x26).int1(4);
                case TEXT -> out.int1(0xE7).int2(8_000).collation();
                case LONG_TEXT -> out.int1(0xE7).int2(0xFFFF).collation();
                case TIME -> out.int1(0x2B).int1(3);
            }
            out.shortText(names[i]);
        }
        while (row.next()) {
            writeRow();
        }
    }

    private void writeRow() throws IOException, SQLException {
        byte[] nulls = new byte[(kinds.length + 7) / 8];
        boolean some = false;
        for (int i = 0; i < kinds.length; i++) {
            if (row.getObject(i + 1) == null) {
                some = true;
                nulls[i / 8] |= (byte) (1 << i % 8);
            }
        }
        if (some) {
            out.int1(0xD2).bytes(nulls);
        } else {
            out.int1(0xD1);
        }
        for (int i = 0; i < kinds.length; i++) {
            if ((nulls[i / 8] >> i % 8 & 1) == 0) {
                writeValue(i);
            }
        }
    }

    private void writeValue(int i) throws IOException, SQLException {
        switch (kinds[i]) {
            case BIT -> out.int1(1).int1(row.getInt(i + 1));
            case SMALLINT -> out.int1(2).int2(row.getInt(i + 1));
            case INT -> out.int1(4).int4(row.getInt(i + 1));
            case TEXT -> {
                String text = row.getString(i + 1);
                out.int2(2 * text.length()).text(text);
            }
            case LONG_TEXT -> writeInParts(row.getString(i + 1));
            case TIME -> writeTime(row.getTimestamp(i + 1));
        }
    }

    private void writeInParts(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
        // Of some the length is known before.
        out.int8(text.length() % 2 == 0 ? bytes.length : -2);
        int part = 8_000;
        for (int from = 0; from < bytes.length; from += part) {
            byte[] one = Arrays.copyOfRange(bytes, from, Math.min(from + part, bytes.length));
            out.int4(one.length).bytes(one);
        }
        out.int4(0);
    }

    private void writeTime(Timestamp time) throws IOException {
        LocalDateTime utc = time.toLocalDateTime();
        long millis = utc.getLong(ChronoField.MILLI_OF_DAY);
        long days = utc.getLong(JulianFields.MODIFIED_JULIAN_DAY) - FIRST_DAY;
        out.int1(9).int4(millis).int2((int) days).int1((int) (days >> 16)).int2(0);
    }
}
