package dev.connections.worker.source.teradata;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.SourceLimitException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Reads the lengths of Teradata's messages ahead of the driver, which makes room for as many bytes as the server promises.
 * Over TLS each message is a frame of a WebSocket, after an answer of HTTP. What is in a message may be encrypted, and is
 * not looked at.
 */
final class TeradataAnswers extends AnswerCheck {
    /** Bytes of the header of a message. */
    private static final int HEADER = 52;
    /** The first byte of each message, as the driver writes it too. */
    private static final int VERSION = 3;

    private static final int LONGEST_HTTP = 16 * 1024;
    private static final int END_OF_HTTP = 0x0d0a0d0a;

    /** What the next bytes belong to. */
    private enum Part {
        BEGINNING,
        /** Records of TLS, whose content another check sees. */
        ENCRYPTED,
        HTTP,
        FRAME,
        HEADER,
        BODY
    }

    private final boolean inFrames;
    private final ByteBuffer header = ByteBuffer.allocate(HEADER);
    private Part part;
    private int expected;
    private int httpBytes;
    private int lastFour;
    private long left;

    TeradataAnswers(SourceLimits limits, TlsMode mode) {
        super(limits);
        this.inFrames = mode.isCertain();
        this.part = inFrames ? Part.BEGINNING : Part.HEADER;
        this.expected = HEADER;
    }

    @Override
    protected void look(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            at = switch (part) {
                case BEGINNING -> begin(bytes[at], at);
                case ENCRYPTED -> to;
                case HTTP -> http(bytes, at, to);
                case FRAME, HEADER -> header(bytes, at, to);
                case BODY -> body(at, to);
            };
        }
    }

    /** A record of TLS begins with its kind, 20 to 24, and HTTP with a letter. */
    private int begin(byte first, int at) {
        part = first >= 20 && first <= 24 ? Part.ENCRYPTED : Part.HTTP;
        return at;
    }

    private int http(byte[] bytes, int from, int to) throws IOException {
        for (int at = from; at < to; at++) {
            lastFour = lastFour << 8 | Byte.toUnsignedInt(bytes[at]);
            httpBytes++;
            if (lastFour == END_OF_HTTP) {
                expect(Part.FRAME, 2);
                return at + 1;
            }
            if (httpBytes > LONGEST_HTTP) {
                throw new ProtocolException("no answer of Teradata over HTTP");
            }
        }
        return to;
    }

    private int header(byte[] bytes, int from, int to) throws IOException {
        int count = Math.min(expected - header.position(), to - from);
        header.put(bytes, from, count);
        if (header.position() == expected) {
            if (part == Part.FRAME) {
                endFrameHeader();
            } else {
                beginBody();
            }
        }
        return from + count;
    }

    /** The driver skips what a frame says of its length, and so does this: only where its header ends matters. */
    private void endFrameHeader() {
        int whole = switch (header.get(1) & 0x7f) {
            case 126 -> 4;
            case 127 -> 10;
            default -> 2;
        };
        if (expected < whole) {
            expected = whole;
        } else {
            expect(Part.HEADER, HEADER);
        }
    }

    private void beginBody() throws IOException {
        long length = (long) Short.toUnsignedInt(header.getShort(3)) << 16 | Short.toUnsignedInt(header.getShort(8));
        if (length > limits().row().toBytes()) {
            if (header.get(0) != VERSION) {
                throw new ProtocolException("no message of Teradata");
            }
            throw new SourceLimitException(limits().longRow());
        }
        left = length;
        part = Part.BODY;
        if (left == 0) {
            endBody();
        }
    }

    private int body(int from, int to) {
        int count = (int) Math.min(left, to - from);
        left -= count;
        if (left == 0) {
            endBody();
        }
        return from + count;
    }

    private void endBody() {
        if (inFrames) {
            expect(Part.FRAME, 2);
        } else {
            expect(Part.HEADER, HEADER);
        }
    }

    private void expect(Part next, int bytes) {
        part = next;
        expected = bytes;
        header.clear();
    }
}
