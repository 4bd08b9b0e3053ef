package dev.connections.worker.source.sqlserver;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.SourceLimitException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The columns of an answer, and where in a row of them its bytes are. Source: Microsoft's MS-TDS, "Data Type Definitions". */
final class TdsRow {
    static final int AT_END = -1;

    private static final int UNICODE = 0xE7;
    /** The length of a text that comes in parts. */
    private static final int LONG = 0xFFFF;

    private static final int LONGEST_TEXT = 8_000;
    private static final int LONGEST_NUMBER = 16;
    /** Of texts that come in parts: no value, and a length that is not known yet. */
    private static final long NULL = -1;

    private static final long UNKNOWN = -2;
    /** Servers send pages of their storage; the driver copies all parts again for each. */
    private static final int MOST_PARTS = 4_096;

    /** How a value says how long it is: by none, one, two or eight bytes, or, of fixed length, not at all. */
    private enum Prefix {
        FIXED,
        BYTE,
        SHORT,
        PARTS
    }

    private final SourceLimits limits;
    private Prefix[] prefixes = {};
    private int[] lengths = {};
    private int described;
    private byte[] nulls = {};
    private int column;
    private long bytes;
    private boolean inParts;
    private long left;
    private int parts;

    TdsRow(SourceLimits limits) {
        this.limits = limits;
    }

    /** Begins to describe so many columns. */
    void describe(int count) {
        prefixes = new Prefix[count];
        lengths = new int[count];
        described = 0;
    }

    boolean isDescribed() {
        return described == prefixes.length;
    }

    int columns() {
        return isDescribed() ? prefixes.length : 0;
    }

    /** How many bytes describe a type further; fails for those that no statement of a crawl asks for. */
    static int lengthOfDescription(int type) throws IOException {
        return switch (type) {
            case 0x30, 0x32, 0x34, 0x38, 0x7F -> 0;
            // Integers and bits that may be null, and times.
            case 0x26, 0x68, 0x2A, 0x2B -> 1;
            case UNICODE -> 2 + 5;
            default -> throw TdsTokens.odd();
        };
    }

    /** Adds a column. */
    void add(int type, ByteBuffer description) throws IOException {
        Prefix prefix = Prefix.BYTE;
        int length = 1;
        switch (type) {
            case 0x30, 0x32 -> prefix = Prefix.FIXED;
            case 0x34 -> {
                prefix = Prefix.FIXED;
                length = 2;
            }
            case 0x38 -> {
                prefix = Prefix.FIXED;
                length = 4;
            }
            case 0x7F -> {
                prefix = Prefix.FIXED;
                length = 8;
            }
            case UNICODE -> {
                boolean isLong = Short.toUnsignedInt(description.getShort(0)) == LONG;
                prefix = isLong ? Prefix.PARTS : Prefix.SHORT;
                length = isLong ? Long.BYTES : Short.BYTES;
            }
            default -> {}
        }
        prefixes[described] = prefix;
        lengths[described] = length;
        described++;
    }

    /** Begins a row. */
    void begin() {
        bytes = 0;
        column = -1;
        nulls = new byte[0];
        inParts = false;
    }

    /** Counts bytes of the row. */
    void count(int more) throws IOException {
        bytes += more;
        if (bytes > limits.row().toBytes()) {
            throw new SourceLimitException(limits.longRow());
        }
    }

    /** Takes a bit for each column that is null; none where each says so by itself. */
    void setNulls(byte[] bits) {
        nulls = bits;
    }

    /** Goes to the next column that has bytes, and says how many there are before its content, or of it. */
    int nextLength() {
        do {
            column++;
        } while (column < prefixes.length && isNull(column));
        return column < prefixes.length ? lengths[column] : AT_END;
    }

    private boolean isNull(int of) {
        return nulls.length > of / 8 && (nulls[of / 8] >> (of % 8) & 1) != 0;
    }

    /** Whether the bytes of the column are its content. */
    boolean isFixed() {
        return prefixes[column] == Prefix.FIXED;
    }

    /** How many bytes of content follow what is before it. */
    long content(ByteBuffer prefix) throws IOException {
        return switch (prefixes[column]) {
            case BYTE -> atMost(Byte.toUnsignedInt(prefix.get(0)), LONGEST_NUMBER);
            case SHORT -> {
                int length = Short.toUnsignedInt(prefix.getShort(0));
                yield length == LONG ? 0 : atMost(length, LONGEST_TEXT);
            }
            case PARTS -> {
                beginParts(prefix.getLong(0));
                yield 0;
            }
            case FIXED -> throw new IllegalStateException("nothing is before the content");
        };
    }

    private void beginParts(long length) throws IOException {
        inParts = length != NULL;
        left = Long.MAX_VALUE;
        parts = 0;
        if (length != NULL && length != UNKNOWN) {
            checkFits(length);
            left = length;
        }
    }

    private static long atMost(int length, int most) throws IOException {
        if (length > most) {
            throw TdsTokens.odd();
        }
        return length;
    }

    private void checkFits(long length) throws IOException {
        if (length < 0 || length > limits.row().toBytes()) {
            throw new SourceLimitException(limits.longRow());
        }
    }

    /** Whether another part of the content may follow. */
    boolean isInParts() {
        return inParts;
    }

    /** How many bytes the next part has; the last one has none. */
    long part(ByteBuffer prefix) throws IOException {
        long length = Integer.toUnsignedLong(prefix.getInt(0));
        checkFits(length);
        parts++;
        if (length > left || parts > MOST_PARTS) {
            throw TdsTokens.odd();
        }
        left -= length;
        inParts = length > 0;
        return length;
    }
}
