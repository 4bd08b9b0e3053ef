package dev.connections.worker.source.mysql;

import dev.connections.worker.execution.RunFailedException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** What a server sends before any login. Source: MySQL's documentation, "Connection Phase". */
record MysqlGreeting(boolean offersTls) {
    private static final int TLS = 0x0800;
    /** Protocol 4.1, TLS, the hash of version 4.1, and login plugins. */
    private static final int CAPABILITIES = 0x0200 | TLS | 0x8000 | 0x8_0000;

    private static final int UTF8MB4 = 45;
    private static final int HEADER = 4;
    /** Behind the version: the session's number, eight bytes to hash with, and a zero. */
    private static final int BEFORE_CAPABILITIES = 4 + 8 + 1;

    /**
     * Reads the greeting, whose length the socket's check bounds.
     *
     * @throws RunFailedException where the server sends an error in its place
     * @throws ProtocolException where it is no greeting
     */
    static MysqlGreeting read(InputStream in) throws IOException {
        ByteBuffer header = ByteBuffer.wrap(exactly(in, HEADER));
        ByteBuffer packet =
                ByteBuffer.wrap(exactly(in, MysqlAnswers.lengthIn(header))).order(ByteOrder.LITTLE_ENDIAN);
        byte first = packet.get();
        if (first == MysqlAnswers.ERROR && packet.remaining() >= Short.BYTES) {
            int number = Short.toUnsignedInt(packet.getShort());
            throw new RunFailedException(MysqlFailures.ofLogin(number, stateIn(packet), true), null);
        }
        if (first != MysqlAnswers.PROTOCOL) {
            throw new ProtocolException("no greeting of MySQL");
        }
        while (packet.hasRemaining() && packet.get() != 0) {
            // The version.
        }
        if (packet.remaining() < BEFORE_CAPABILITIES + Short.BYTES) {
            throw new ProtocolException("no greeting of MySQL");
        }
        return new MysqlGreeting((packet.getShort(packet.position() + BEFORE_CAPABILITIES) & TLS) != 0);
    }

    private static String stateIn(ByteBuffer packet) {
        byte[] state = new byte[6];
        if (packet.remaining() < state.length) {
            return "";
        }
        packet.get(state);
        return state[0] == '#' ? new String(state, 1, 5, StandardCharsets.US_ASCII) : "";
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] read = in.readNBytes(length);
        if (read.length < length) {
            throw new EOFException("no greeting");
        }
        return read;
    }

    /** The packet after which TLS begins. */
    static byte[] requestForTls() {
        return ByteBuffer.allocate(HEADER + MysqlAnswers.TLS_REQUEST)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) MysqlAnswers.TLS_REQUEST)
                .put((byte) 0)
                .put((byte) 0)
                .put((byte) 1)
                .putInt(CAPABILITIES)
                .putInt(1 << 24)
                .put((byte) UTF8MB4)
                .array();
    }
}
