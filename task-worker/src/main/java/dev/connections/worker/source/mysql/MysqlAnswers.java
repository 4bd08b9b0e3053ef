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
    }

    @Override
    protected void look(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to && !encrypted) {
            if (left == 0) {
                at = header(bytes, at, to);
            } else {
                greet(bytes[at]);
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
        if (before + length > (streamed ? limits().row().toBytes() : MOST_BYTES)) {
            throw new SourceLimitException(limits().longRow());
        }
        if (!continued) {
            packets++;
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
