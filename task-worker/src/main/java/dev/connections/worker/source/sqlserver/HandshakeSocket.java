package dev.connections.worker.source.sqlserver;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import javax.net.ssl.SSLSocket;

/**
 * Carries the handshake of TLS in packets of the protocol, as versions before 8.0 do, and what follows it as it is. What is
 * written until something is read is one message. Source: Microsoft's MS-TDS, "TLS/SSL Negotiation".
 */
final class HandshakeSocket extends LayeredSocket {
    /** In bytes, the header included: what servers take before another length is agreed on. */
    private static final int PACKET = 4_096;

    /**
     * Servers speak TLS 1.3 only where all of the protocol is within TLS, which is its version 8.0. Within packets, a server
     * could not say where the handshake of 1.3 is over: its tickets for later sessions come after it. Source: Microsoft's
     * "TLS 1.3 support" of SQL Server.
     */
    private static final String[] VERSIONS = {"TLSv1.2"};

    private final InputStream in = new Input();
    private final OutputStream out = new Output();
    private final ByteArrayOutputStream flight = new ByteArrayOutputStream();
    private boolean ended;

    HandshakeSocket(Socket under) throws SocketException {
        super(under);
    }

    /**
     * Shakes hands.
     *
     * @param tls which lies over a socket of this class
     */
    static void shake(SSLSocket tls) throws IOException {
        tls.setEnabledProtocols(VERSIONS);
        tls.startHandshake();
    }

    /** Sends what is left of the handshake; whatever comes or goes from now on is in no packet. */
    void end() throws IOException {
        send();
        ended = true;
    }

    @Override
    public InputStream getInputStream() {
        return in;
    }

    @Override
    public OutputStream getOutputStream() {
        return out;
    }

    private void send() throws IOException {
        byte[] content = flight.toByteArray();
        flight.reset();
        int most = PACKET - TdsPacket.HEADER;
        for (int from = 0; from < content.length; from += most) {
            int count = Math.min(most, content.length - from);
            byte[] packet = TdsPacket.message(TdsPacket.PRELOGIN, content, from, count);
            // Only the last one ends the message.
            packet[1] = (byte) (from + count == content.length ? 1 : 0);
            under().getOutputStream().write(packet);
        }
    }

    private final class Input extends InputStream {
        /** Bytes that the packet still has. */
        private int left;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            InputStream raw = under().getInputStream();
            if (ended && left == 0) {
                return raw.read(bytes, from, count);
            }
            send();
            while (left == 0) {
                TdsPacket packet = TdsPacket.read(raw);
                if (packet.type() != TdsPacket.PRELOGIN && packet.type() != TdsPacket.ANSWER) {
                    throw new ProtocolException("no packet of a handshake");
                }
                left = packet.left();
            }
            int read = raw.read(bytes, from, Math.min(count, left));
            left -= Math.max(read, 0);
            return read;
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (ended) {
                under().getOutputStream().write(bytes, from, count);
            } else {
                flight.write(bytes, from, count);
            }
        }
    }
}
