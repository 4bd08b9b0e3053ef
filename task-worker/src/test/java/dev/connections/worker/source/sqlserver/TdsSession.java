package dev.connections.worker.source.sqlserver;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One connection of a client to a stand-in: its prelogin, its TLS, its login and its requests. */
final class TdsSession {
    private static final int ON = 1;
    private static final int NOT_SUPPORTED = 2;

    private final Socket socket;
    private InputStream in;
    private OutputStream out;
    private String tlsVersion = "";

    /** A message of the client. */
    record Message(int type, ByteBuffer content) {}

    /** What a client said to log in. */
    record Login(String host, String user, String password, String application, String database) {}

    TdsSession(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    /** Sends bytes in no packet. */
    void raw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** The version of TLS that was agreed on. */
    String tlsVersion() {
        return tlsVersion;
    }

    TdsOutput answer() {
        return new TdsOutput(out);
    }

    /** Hangs up. */
    void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is what was asked for.
        }
    }

    Message receive() throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            byte[] header = in.readNBytes(TdsPacket.HEADER);
            if (header.length < TdsPacket.HEADER) {
                throw new EOFException();
            }
            TdsPacket packet = TdsPacket.of(ByteBuffer.wrap(header));
            content.write(in.readNBytes(packet.left()));
            if ((header[1] & 1) != 0) {
                return new Message(
                        packet.type(), ByteBuffer.wrap(content.toByteArray()).order(ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    /**
     * Answers the prelogin, shakes hands, and receives the login.
     *
     * @param tls what to prove oneself with; null for a server without TLS, which no login reaches
     */
    Login logIn(@Nullable SSLContext tls) throws IOException {
        // As servers do; 1.3 came with version 8.0 of the protocol.
        return logIn(tls, "TLSv1.2");
    }

    /**
     * Does so with these versions of TLS.
     */
    Login logIn(@Nullable SSLContext tls, String... versions) throws IOException {
        if (encryptionIn(receive()) != ON) {
            throw new IllegalStateException("the client asks for no TLS");
        }
        prelogin(tls == null ? NOT_SUPPORTED : ON);
        if (tls == null) {
            throw new EOFException("a client that requires TLS goes on without");
        }
        HandshakeSocket handshake = new HandshakeSocket(socket);
        SSLSocket encrypted = (SSLSocket) tls.getSocketFactory().createSocket(handshake, "client", 0, false);
        encrypted.setUseClientMode(false);
        encrypted.setEnabledProtocols(versions);
        encrypted.startHandshake();
        tlsVersion = encrypted.getSession().getProtocol();
        handshake.end();
        in = encrypted.getInputStream();
        out = encrypted.getOutputStream();
        return login(receive());
    }

    void prelogin(int encryption) throws IOException {
        answer().bytes(new byte[] {0, 0, 11, 0, 6, 1, 0, 17, 0, 1, (byte) 0xFF, 16, 0, 0x10, 0, 0, 0, (byte) encryption
                })
                .end();
    }

    private static int encryptionIn(Message prelogin) {
        // The order of this message is that of the network, which a copy has.
        ByteBuffer content = prelogin.content.duplicate();
        while (content.get(content.position()) != -1) {
            int token = content.get();
            int offset = content.getShort();
            content.getShort();
            if (token == 1) {
                return content.get(offset);
            }
        }
        throw new IllegalStateException("no word of encryption");
    }

    private static Login login(Message message) {
        if (message.type != TdsPacket.LOGIN) {
            throw new IllegalStateException("no login");
        }
        ByteBuffer content = message.content;
        byte[] password = bytes(content, 44);
        for (int i = 0; i < password.length; i++) {
            int one = Byte.toUnsignedInt(password[i]) ^ 0xA5;
            password[i] = (byte) (one << 4 | one >> 4);
        }
        return new Login(
                text(content, 36),
                text(content, 40),
                new String(password, StandardCharsets.UTF_16LE),
                text(content, 48),
                text(content, 68));
    }

    private static String text(ByteBuffer login, int at) {
        return new String(bytes(login, at), StandardCharsets.UTF_16LE);
    }

    private static byte[] bytes(ByteBuffer login, int at) {
        byte[] bytes = new byte[2 * login.getShort(at + 2)];
        login.get(login.getShort(at), bytes);
        return bytes;
    }

    /** Accepts a login as servers do. */
    void accept(String database) throws IOException {
        TdsOutput answer = answer();
        answer.change(1, database, "master");
        answer.token(0xE3, token -> token.int1(7).int1(5).collation().int1(0));
        answer.loginAccepted();
        answer.change(4, String.valueOf(TdsOutput.PACKET), String.valueOf(TdsOutput.PACKET));
        // Encrypted columns, texts in UTF-8, and what it would say of sensitive columns.
        answer.int1(0xAE)
                .int1(4)
                .int4(1)
                .int1(1)
                .int1(10)
                .int4(1)
                .int1(1)
                .int1(9)
                .int4(2)
                .int1(2)
                .int1(1)
                .int1(0xFF);
        answer.done(0).end();
    }

    /** The statements of a batch. */
    static String sqlIn(Message batch) {
        ByteBuffer content = batch.content;
        byte[] sql = new byte[content.capacity() - content.getInt(0)];
        content.get(content.getInt(0), sql);
        return new String(sql, StandardCharsets.UTF_16LE);
    }
}
