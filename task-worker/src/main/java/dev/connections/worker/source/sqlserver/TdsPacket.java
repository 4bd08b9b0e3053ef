package dev.connections.worker.source.sqlserver;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.ByteBuffer;

/**
 * The header of a packet: its type, whether it ends a message, and its length with the header. Source: Microsoft's MS-TDS,
 * "Packet Header".
 */
record TdsPacket(int type, int length) {
    static final int HEADER = 8;
    /** In bytes, with the header. */
    static final int LONGEST = 32_767;

    static final int BATCH = 0x01;
    static final int ANSWER = 0x04;
    static final int ATTENTION = 0x06;
    static final int LOGIN = 0x10;
    static final int PRELOGIN = 0x12;

    private static final byte END_OF_MESSAGE = 1;

    /** Reads a header whose bytes are there. */
    static TdsPacket of(ByteBuffer header) throws IOException {
        TdsPacket packet = new TdsPacket(Byte.toUnsignedInt(header.get(0)), Short.toUnsignedInt(header.getShort(2)));
        if (packet.length < HEADER || packet.length > LONGEST) {
            throw new ProtocolException("no packet of TDS");
        }
        return packet;
    }

    static TdsPacket read(InputStream in) throws IOException {
        return of(ByteBuffer.wrap(exactly(in, HEADER)));
    }

    static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] read = in.readNBytes(length);
        if (read.length < length) {
            throw new EOFException("the connection ended within a packet");
        }
        return read;
    }

    /** How many bytes follow the header. */
    int left() {
        return length - HEADER;
    }

    /** A message of one packet. */
    static byte[] message(int type, byte[] content, int from, int count) {
        return ByteBuffer.allocate(HEADER + count)
                .put((byte) type)
                .put(END_OF_MESSAGE)
                .putShort((short) (HEADER + count))
                .putInt(1 << Byte.SIZE)
                .put(content, from, count)
                .array();
    }
}
