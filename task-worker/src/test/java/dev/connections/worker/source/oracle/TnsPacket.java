package dev.connections.worker.source.oracle;

import dev.connections.worker.source.FakeServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The packets with which a listener answers, as far as others have described them: a length, a type, and what belongs to it. */
final class TnsPacket {
    private static final int HEADER = 8;
    private static final byte REFUSE = 4;
    private static final byte REDIRECT = 5;

    private TnsPacket() {}

    /** Says that no connection comes about. */
    static byte[] refusal(int number, String more) {
        byte[] text = ("(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=" + number + ")(ERROR_STACK=(ERROR=(CODE=" + number
                        + ")(EMFI=4))" + more + "))")
                .getBytes(StandardCharsets.UTF_8);
        return packet(
                REFUSE,
                ByteBuffer.allocate(4 + text.length)
                        .put((byte) 34)
                        .put((byte) 0)
                        .putShort((short) text.length)
                        .put(text)
                        .array());
    }

    /** Sends the client on. */
    static byte[] redirect(String protocol, String host, int port) {
        byte[] text = "(ADDRESS=(PROTOCOL=%s)(HOST=%s)(PORT=%d))"
                .formatted(protocol, host, port)
                .getBytes(StandardCharsets.UTF_8);
        return packet(
                REDIRECT,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) text.length)
                        .put(text)
                        .array());
    }

    private static byte[] packet(byte type, byte[] body) {
        return ByteBuffer.allocate(HEADER + body.length)
                .putShort((short) (HEADER + body.length))
                .putShort((short) 0)
                .put(type)
                .put((byte) 0)
                .putShort((short) 0)
                .put(body)
                .array();
    }

    /** Reads the packet with which a client begins, and answers. */
    static FakeServer answering(byte[] answer) {
        return FakeServer.that((socket, server) -> answer(socket, answer));
    }

    /** Reads what a client asks for, answers it, and waits until the client goes. */
    static String answer(Socket socket, byte[] answer) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        String asked = read(in);
        if (!asked.contains("(DESCRIPTION")) {
            // A long descriptor comes in a packet of its own.
            asked = read(in);
        }
        socket.getOutputStream().write(answer);
        socket.getOutputStream().flush();
        in.transferTo(OutputStream.nullOutputStream());
        return asked;
    }

    private static String read(DataInputStream in) throws IOException {
        byte[] packet = new byte[in.readUnsignedShort() - 2];
        in.readFully(packet);
        return new String(packet, StandardCharsets.ISO_8859_1);
    }
}
