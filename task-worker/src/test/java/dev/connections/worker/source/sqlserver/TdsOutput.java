package dev.connections.worker.source.sqlserver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes answers in tokens of the protocol, in packets. Source: Microsoft's MS-TDS. */
final class TdsOutput {
    static final int PACKET = 4_096;

    private final OutputStream out;
    private final byte[] packet = new byte[PACKET];
    private int length = TdsPacket.HEADER;
    private int number;

    TdsOutput(OutputStream out) {
        this.out = out;
    }

    TdsOutput bytes(byte... bytes) throws IOException {
        for (byte one : bytes) {
            if (length == PACKET) {
                send(0);
            }
            packet[length++] = one;
        }
        return this;
    }

    TdsOutput int1(int value) throws IOException {
        return bytes((byte) value);
    }

    TdsOutput int2(int value) throws IOException {
        return bytes((byte) value, (byte) (value >> 8));
    }

    TdsOutput int4(long value) throws IOException {
        return int2((int) value).int2((int) (value >> 16));
    }

    TdsOutput int8(long value) throws IOException {
        return int4(value).int4(value >> 32);
    }

    TdsOutput text(String text) throws IOException {
        return bytes(text.getBytes(StandardCharsets.UTF_16LE));
    }

    /** A text and before it, in one byte, how many characters it has. */
    TdsOutput shortText(String text) throws IOException {
        return int1(text.length()).text(text);
    }

    /** A token whose length follows it, with its content. */
    TdsOutput token(int token, Content content) throws IOException {
        ByteArrayOutputStream buffer = new ByteArrayOutputStream();
        TdsOutput inside = new TdsOutput(buffer);
        content.to(inside);
        inside.send(1);
        // Without the headers of the packets.
        byte[] packets = buffer.toByteArray();
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        for (int at = 0; at < packets.length; ) {
            int size = Byte.toUnsignedInt(packets[at + 2]) << 8 | Byte.toUnsignedInt(packets[at + 3]);
            plain.write(packets, at + TdsPacket.HEADER, size - TdsPacket.HEADER);
            at += size;
        }
        return int1(token).int2(plain.size()).bytes(plain.toByteArray());
    }

    /** What is in a token. */
    interface Content {
        void to(TdsOutput token) throws IOException;
    }

    TdsOutput error(int number, String message) throws IOException {
        return message(0xAA, number, message);
    }

    /** An error or a notice. */
    TdsOutput message(int token, int number, String message) throws IOException {
        return token(
                token,
                content -> content.int4(number)
                        .int1(1)
                        .int1(16)
                        .int2(message.length())
                        .text(message)
                        .shortText("stand-in")
                        .shortText("")
                        .int4(1));
    }

    TdsOutput change(int type, String now, String before) throws IOException {
        return token(0xE3, token -> token.int1(type).shortText(now).shortText(before));
    }

    TdsOutput route(String host, int port) throws IOException {
        return token(
                0xE3,
                token -> token.int1(20)
                        .int2(5 + 2 * host.length())
                        .int1(0)
                        .int2(port)
                        .int2(host.length())
                        .text(host)
                        .int2(0));
    }

    TdsOutput loginAccepted() throws IOException {
        return token(
                0xAD,
                token -> token.int1(1)
                        .bytes((byte) 0x74, (byte) 0, (byte) 0, (byte) 4)
                        .shortText("Microsoft SQL Server")
                        .bytes((byte) 16, (byte) 0, (byte) 0x10, (byte) 0));
    }

    TdsOutput done(int status) throws IOException {
        return int1(0xFD).int2(status).int2(0).int8(0);
    }

    /** The beginning of a description of columns, as it is after {@link TdsSession#accept}: with no keys of encrypted ones. */
    TdsOutput columns(int count) throws IOException {
        return int1(0x81).int2(count).int2(0);
    }

    /** A description of columns of texts that come with their lengths. */
    TdsOutput textColumns(int count) throws IOException {
        columns(count);
        for (int i = 0; i < count; i++) {
            int4(0).int2(1).int1(0xE7).int2(8_000).collation().shortText("c" + i);
        }
        return this;
    }

    TdsOutput collation() throws IOException {
        return bytes((byte) 9, (byte) 4, (byte) 0xD0, (byte) 0, (byte) 52);
    }

    /** Ends the message. */
    void end() throws IOException {
        send(1);
        out.flush();
    }

    private void send(int status) throws IOException {
        packet[0] = TdsPacket.ANSWER;
        packet[1] = (byte) status;
        packet[2] = (byte) (length >> 8);
        packet[3] = (byte) length;
        packet[6] = (byte) ++number;
        out.write(packet, 0, length);
        length = TdsPacket.HEADER;
    }
}
