package dev.connections.worker.source.mysql;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The server's side of MySQL's protocol, as far as a test needs it to lie: packets, the login, and answers to statements. */
final class MysqlScript {
    /** That clients may send files, as every server says. */
    static final int FILES = 0x0080;

    /** Protocol 4.1, transactions, the hash of 4.1, plugins, and changes of the session's state. */
    private static final int CAPABILITIES =
            0x0001 | 0x0008 | FILES | 0x0200 | 0x2000 | 0x8000 | 0x8_0000 | 0x20_0000 | 0x80_0000;

    private static final int QUERY = 3;

    static final String MYSQL = "8.0.36";
    /** With what it puts before its version, for clients of old. */
    static final String MARIADB = "5.5.5-10.11.6-MariaDB";

    private final Socket socket;
    private final String version;
    private final OutputStream out;
    private int number;
    private byte[] login = new byte[0];
    /** What to answer to statements that have a text in them; others are answered with an empty success. */
    private final Map<String, Answer> answers = new HashMap<>();

    /** Stands for the login, which is no statement. */
    static final String LOGIN = "<login>";

    /** Answers a statement. */
    interface Answer {
        void to(MysqlScript server) throws IOException;
    }

    MysqlScript(Socket socket) throws IOException {
        this(socket, MYSQL);
    }

    /** A server that says it is of this version. */
    MysqlScript(Socket socket, String version) throws IOException {
        this.socket = socket;
        this.version = version;
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    MysqlScript on(String text, Answer answer) {
        answers.put(text, answer);
        return this;
    }

    /** Greets, takes any login, and answers statements until the client goes. */
    void serve() throws IOException {
        greet("mysql_native_password");
        login = receive();
        answers.getOrDefault(LOGIN, MysqlScript::ok).to(this);
        while (true) {
            byte[] request = receive();
            if (request[0] != QUERY) {
                return;
            }
            String sql = new String(request, 1, request.length - 1, StandardCharsets.UTF_8);
            Answer answer = answers.entrySet().stream()
                    .filter(entry -> sql.contains(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(MysqlScript::ok);
            answer.to(this);
        }
    }

    /** The client's capabilities, of which this is the lowest byte. */
    int capabilities() {
        return login[0];
    }

    void greet(String plugin) throws IOException {
        number = 0;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(MysqlAnswers.PROTOCOL);
        text(body, version);
        integer(body, 7, 4);
        body.writeBytes("12345678".getBytes(StandardCharsets.US_ASCII));
        body.write(0);
        integer(body, CAPABILITIES & 0xFFFF, 2);
        body.write(45);
        integer(body, 2, 2);
        integer(body, CAPABILITIES >>> 16, 2);
        body.write(21);
        body.writeBytes(new byte[10]);
        text(body, "abcdefghijkl");
        text(body, plugin);
        send(body.toByteArray());
    }

    void ok() throws IOException {
        send(new byte[] {0, 0, 0, 2, 0, 0, 0});
    }

    void error(int code, String state, String message) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(MysqlAnswers.ERROR);
        integer(body, code, 2);
        body.writeBytes(("#" + state + message).getBytes(StandardCharsets.UTF_8));
        send(body.toByteArray());
    }

    /** The columns of an answer, all of them text. */
    void columns(String... names) throws IOException {
        send(new byte[] {(byte) names.length});
        for (String name : names) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (String part : new String[] {"def", "", "", "", name, name}) {
                value(body, part);
            }
            body.write(12);
            integer(body, 45, 2);
            integer(body, 1_000, 4);
            body.write(0xFD);
            integer(body, 0, 2);
            body.write(0);
            integer(body, 0, 2);
            send(body.toByteArray());
        }
        end();
    }

    void row(String... values) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String value : values) {
            value(body, value);
        }
        send(body.toByteArray());
    }

    void end() throws IOException {
        send(new byte[] {(byte) 0xFE, 0, 0, 2, 0});
    }

    /** Sends a packet, in parts where it is a long one; it is on its way when the next request is waited for. */
    void send(byte[] body) throws IOException {
        int from = 0;
        while (true) {
            int length = Math.min(body.length - from, 0xFF_FFFF);
            header(length);
            out.write(body, from, length);
            from += length;
            if (length < 0xFF_FFFF) {
                break;
            }
        }
    }

    /** Promises a packet of which nothing has come yet. */
    void header(int length) throws IOException {
        out.write(new byte[] {(byte) length, (byte) (length >>> 8), (byte) (length >>> 16), (byte) number++});
    }

    void flush() throws IOException {
        out.flush();
    }

    byte[] receive() throws IOException {
        flush();
        InputStream in = socket.getInputStream();
        byte[] header = in.readNBytes(4);
        if (header.length < 4) {
            throw new EOFException();
        }
        number = header[3] + 1;
        int length = Byte.toUnsignedInt(header[0])
                | (Byte.toUnsignedInt(header[1]) << 8)
                | (Byte.toUnsignedInt(header[2]) << 16);
        return in.readNBytes(length);
    }

    private static void text(ByteArrayOutputStream body, String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        body.write(0);
    }

    private static void value(ByteArrayOutputStream body, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length < 251) {
            body.write(bytes.length);
        } else {
            body.write(0xFD);
            integer(body, bytes.length, 3);
        }
        body.writeBytes(bytes);
    }

    private static void integer(ByteArrayOutputStream body, int value, int bytes) {
        for (int i = 0; i < bytes; i++) {
            body.write(value >>> (8 * i));
        }
    }
}
