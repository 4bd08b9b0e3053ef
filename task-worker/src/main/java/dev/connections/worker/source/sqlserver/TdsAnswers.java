package dev.connections.worker.source.sqlserver;

import dev.connections.worker.execution.SourceLimits;
import dev.connections.worker.source.AnswerCheck;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * Reads the packets of the protocol ahead of the driver, which believes the lengths in them. One checks what comes over the
 * socket, up to where TLS begins, and another what comes out of the TLS.
 */
final class TdsAnswers extends AnswerCheck {
    /** The types of the records of TLS, none of which is that of a packet. */
    private static final int FIRST_RECORD = 0x14;

    private static final int LAST_RECORD = 0x17;
    /** A type, a version and a length. */
    private static final int RECORD_HEADER = 1 + 2 + 2;

    private final ByteBuffer header = ByteBuffer.allocate(TdsPacket.HEADER);
    private TdsTokens tokens;

    /** The header of what is being sent, and how many bytes of its content are still to be. */
    private final ByteBuffer sent = ByteBuffer.allocate(TdsPacket.HEADER);

    private int sending;
    /** Whether the prelogin was sent. */
    private boolean asked;
    /** The type of the last request; set by the thread that writes, which need not be the one that reads. */
    private volatile int request = TdsPacket.PRELOGIN;
    /** Whether an answer begins with what comes next: a request to stop has none of its own. */
    private volatile boolean begins;
    /** Whether a handshake has begun, which what follows the prelogin is. */
    private volatile boolean shakesHands;

    private boolean encrypted;
    /** Bytes that the packet still has. */
    private int left;

    TdsAnswers(SourceLimits limits) {
        super(limits);
        this.tokens = new TdsTokens(limits);
    }

    /** The driver keeps no rows; what else it is sent, the tokens count. */
    @Override
    protected long mostOfAnswer() {
        return encrypted || hasTokens() ? limits().session().toBytes() : super.mostOfAnswer();
    }

    private boolean hasTokens() {
        return request != TdsPacket.PRELOGIN;
    }

    @Override
    protected void lookAtRequest(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to) {
            if (sending == 0) {
                sent.put(bytes[at]);
                at++;
                beginPart(Byte.toUnsignedInt(sent.get(0)));
            } else {
                int passed = Math.min(sending, to - at);
                sending -= passed;
                at += passed;
            }
        }
    }

    /** Takes note of a part of a request, which is a packet or a record of TLS, when the length in its header is there. */
    private void beginPart(int type) {
        if (isRecord(type) && sent.position() == RECORD_HEADER) {
            sending = Short.toUnsignedInt(sent.getShort(RECORD_HEADER - Short.BYTES));
        } else if (sent.position() == TdsPacket.HEADER) {
            sending = Short.toUnsignedInt(sent.getShort(Short.BYTES)) - TdsPacket.HEADER;
        } else {
            return;
        }
        sent.clear();
        if (type == TdsPacket.PRELOGIN) {
            shakesHands = asked;
            asked = true;
        }
        if (type != TdsPacket.ATTENTION) {
            request = type;
            begins = true;
        }
    }

    private static boolean isRecord(int type) {
        return type >= FIRST_RECORD && type <= LAST_RECORD;
    }

    @Override
    protected void beginAnswer() {
        if (begins) {
            begins = false;
            tokens = tokens.next(request == TdsPacket.LOGIN);
        }
    }

    @Override
    protected void look(byte[] bytes, int from, int to) throws IOException {
        int at = from;
        while (at < to && !encrypted) {
            if (left == 0) {
                at = header(bytes, at, to);
            } else {
                int passed = Math.min(left, to - at);
                if (hasTokens()) {
                    tokens.look(bytes, at, at + passed);
                }
                left -= passed;
                at += passed;
            }
        }
    }

    private int header(byte[] bytes, int from, int to) throws IOException {
        int type = Byte.toUnsignedInt(bytes[from]);
        if (header.position() == 0 && isRecord(type)) {
            beginTls();
            return to;
        }
        int count = Math.min(header.remaining(), to - from);
        header.put(bytes, from, count);
        if (!header.hasRemaining()) {
            TdsPacket packet = TdsPacket.of(header);
            if (packet.type() != TdsPacket.ANSWER && (hasTokens() || packet.type() != TdsPacket.PRELOGIN)) {
                throw new ProtocolException("no packet of an answer");
            }
            left = packet.left();
            header.clear();
        }
        return from + count;
    }

    /** What comes out of the TLS is checked by itself. */
    private void beginTls() throws IOException {
        if (!shakesHands) {
            throw new ProtocolException("TLS that nobody has asked for");
        }
        encrypted = true;
    }
}
