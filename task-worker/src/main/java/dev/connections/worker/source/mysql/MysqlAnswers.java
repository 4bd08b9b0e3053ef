package dev.connections.worker.source.mysql;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.SourceLimitException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads the packets of MySQL's protocol ahead of the driver, which makes room for as many bytes as a length promises and
 * keeps the rows of an answer, unless it streams them. Source: MySQL's documentation, "MySQL Packets" and "Connection
 * Phase".
 */
final class MysqlAnswers extends AnswerCheck {
    /** Begins a statement whose rows the driver hands on one by one. */
    static final String STREAMED = "/* streamed */ ";

    /** Bytes of the request for TLS, which no other first packet of a client is as short as. */
    static final int TLS_REQUEST = 32;

    static final byte PROTOCOL = 10;
    static final byte ERROR = (byte) 0xFF;

    private static final int HEADER = 4;
    /** The protocol, an empty version, the session, eight bytes to hash with, and half of the capabilities. */
    private static final int SHORTEST_GREETING = 1 + 1 + 4 + 9 + 2;
    /** A packet that is longer goes on in another part. */
    private static final int LONGEST_PART = 0xFF_FFFF;
    /** Of a packet that is no row of a stream. */
    private static final int MOST_BYTES = 1 << 20;
    /** Of all packets that describe the columns of a stream; no statement of a crawl has as many columns. */
    private static final int MOST_DESCRIBED = 64 * 1024;

    static final int MOST_COLUMNS = 32;
    /** Ends the rows, or in older servers the columns. */
    private static final byte END = (byte) 0xFE;
    /** Of an answer that the driver keeps whole. */
    private static final int MOST_PACKETS = 200_000;

    private static final byte[] MARK = STREAMED.getBytes(StandardCharsets.US_ASCII);

    private final ByteBuffer request = ByteBuffer.allocate(HEADER + 1 + MARK.length);
    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    /** Whether the client has sent something; over TLS it is the first to do so. */
    private boolean spoken;

    private boolean greeted;
    private boolean streamed;
    private boolean encrypted;
    /** Bytes that the part of a packet still has. */
    private int left;
    /** Bytes of the packet so far, where it goes on in another part. */
    private long before;

    private int packets;
    /** Whether the next byte is the first of a packet. */
    private boolean atStart;

    private Part part = Part.COUNT;
    /** Columns that are still to be described. */
    private int columns;

    private int described;
    private boolean hadEnd;
    private boolean hasRows;

    /** Where in a streamed answer the next packet is. */
    private enum Part {
        COUNT,
        COLUMNS,
        ROWS,
        NOTHING
    }

    MysqlAnswers(SourceLimits limits) {
        super(limits);
    }

    @Override
    protected long mostOfAnswer() {
        return streamed || encrypted ? limits().session().toBytes() : super.mostOfAnswer();
    }

    @Override
    protected void lookAtRequest(byte[] bytes, int from, int to) {
        request.put(bytes, from, Math.min(to - from, request.remaining()));
    }

    @Override
    protected void beginAnswer() {
        if (!spoken) {
            encrypted = request.position() >= HEADER && lengthIn(request) == TLS_REQUEST && request.get(3) == 1;
        }
        spoken = true;
        packets = 0;
        streamed = !request.hasRemaining()
                && request.slice(HEADER + 1, MARK.length).equals(ByteBuffer.wrap(MARK));
        request.clear();
        part = Part.COUNT;
        described = 0;
        hadEnd = false;
        hasRows = false;
    }

    @Override
    protected void look(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to && !encrypted) {
            if (left == 0) {
                at = header(bytes, at, to);
            } else {
                if (atStart) {
                    atStart = false;
                    greet(bytes[at]);
                    follow(bytes[at]);
                }
                int passed = Math.min(left, to - at);
                left -= passed;
                at += passed;
            }
        }
    }

    /** The first thing that a server sends is the version of its protocol, or an error. */
    private void greet(byte first) throws IOException {
        boolean isGreeting = first == PROTOCOL && left >= SHORTEST_GREETING;
        if (!greeted && !spoken && !isGreeting && first != ERROR) {
            throw noPacket();
        }
        greeted = true;
    }

    /** A streamed answer is a number of columns, their descriptions, rows, and an end, after which nothing comes. */
    private void follow(byte first) throws IOException {
        if (!streamed) {
            return;
        }
        switch (part) {
            case COUNT -> {
                columns = first;
                part = first == ERROR ? Part.NOTHING : Part.COLUMNS;
                if (first != ERROR && (left != 1 || first < 1 || first > MOST_COLUMNS)) {
                    throw noPacket();
                }
            }
            case COLUMNS -> {
                described += left;
                columns--;
                if (described > MOST_DESCRIBED) {
                    throw new SourceLimitException(limits().longRow());
                }
                part = columns == 0 ? Part.ROWS : Part.COLUMNS;
            }
            case ROWS -> {
                if (first == ERROR || (first == END && (hadEnd || hasRows))) {
                    part = Part.NOTHING;
                } else if (first == END) {
                    // The columns' end, or that of no rows.
                    hadEnd = true;
                } else {
                    hasRows = true;
                }
            }
            case NOTHING -> throw noPacket();
        }
    }

    private int header(byte[] bytes, int from, int to) throws IOException {
        int count = Math.min(header.remaining(), to - from);
        header.put(bytes, from, count);
        if (!header.hasRemaining()) {
            beginPart(lengthIn(header), Byte.toUnsignedInt(header.get(3)));
            header.clear();
        }
        return from + count;
    }

    private void beginPart(int length, int number) throws IOException {
        boolean continued = before > 0;
        if (length == 0 && !continued) {
            throw noPacket();
        }
        if (!greeted && !spoken && (number != 0 || length > MOST_BYTES)) {
            throw noPacket();
        }
        if (before + length > (streamed && part == Part.ROWS ? limits().row().toBytes() : MOST_BYTES)) {
            throw new SourceLimitException(limits().longRow());
        }
        if (!continued) {
            packets++;
            atStart = true;
        }
        if (!streamed && packets > MOST_PACKETS) {
            throw new SourceLimitException(limits().longAnswer());
        }
        left = length;
        before = length == LONGEST_PART ? before + length : 0;
    }

    private static ProtocolException noPacket() {
        return new ProtocolException("no packet of MySQL");
    }

    /** The length at the beginning of a packet: three bytes, the lowest first. */
    static int lengthIn(ByteBuffer packet) {
        return Byte.toUnsignedInt(packet.get(0))
                | (Byte.toUnsignedInt(packet.get(1)) << 8)
                | (Byte.toUnsignedInt(packet.get(2)) << 16);
    }
}
