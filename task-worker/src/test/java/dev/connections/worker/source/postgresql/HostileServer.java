package dev.connections.worker.source.postgresql;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a real PostgreSQL server and hands everything on, but for the rows of the statements that hold a text: for
 * each of those it sends what the test wants. So an answer is hostile in one place and in order everywhere else.
 */
final class HostileServer implements AutoCloseable {
    private static final int REQUEST_FOR_TLS = 8;
    /** The parameter that says it, as it stands in a message. */
    private static final String VERSION = "server_version\0";

    private final ServerSocket listener;
    private final int port;
    private final String statement;
    private final Lie lie;
    private volatile @Nullable String version;

    /** What is sent in place of one row. */
    interface Lie {
        void send(List<byte @Nullable []> row, Answer answer) throws IOException;
    }

    /** The stream to the client. */
    record Answer(DataOutputStream out) {
        void row(List<byte @Nullable []> values) throws IOException {
            int length = 6;
            for (byte[] value : values) {
                length += 4 + (value == null ? 0 : value.length);
            }
            out.writeByte('D');
            out.writeInt(length);
            out.writeShort(values.size());
            for (byte[] value : values) {
                out.writeInt(value == null ? -1 : value.length);
                if (value != null) {
                    out.write(value);
                }
            }
        }

        /** The row with another text in one column; columns count from 0. */
        void row(List<byte @Nullable []> values, int column, String text) throws IOException {
            List<byte @Nullable []> changed = new ArrayList<>(values);
            changed.set(column, text.getBytes(StandardCharsets.UTF_8));
            row(changed);
        }

        void message(char type, byte[] body) throws IOException {
            out.writeByte(type);
            out.writeInt(4 + body.length);
            out.write(body);
        }

        void flush() throws IOException {
            out.flush();
        }
    }

    /** Lies about the rows of the statements that hold a text. */
    HostileServer(int port, String statement, Lie lie) {
        this.port = port;
        this.statement = statement;
        this.lie = lie;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofPlatform().daemon().name("hostile-server").start(this::accept);
    }

    /** Says in each login from now on that it is of another version. */
    HostileServer ofVersion(String other) {
        version = other;
        return this;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (true) {
            try {
                Session session = new Session(listener.accept(), new Socket(InetAddress.getLoopbackAddress(), port));
                Thread.ofPlatform().daemon().name("hostile-requests").start(session::requests);
                Thread.ofPlatform().daemon().name("hostile-answers").start(session::answers);
            } catch (IOException e) {
                return;
            }
        }
    }

    private final class Session {
        private final Socket client;
        private final Socket server;
        private final Map<String, String> statements = new ConcurrentHashMap<>();
        private final Map<String, String> portals = new ConcurrentHashMap<>();
        private volatile String executed = "";

        Session(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void requests() {
            try (client;
                    server) {
                DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
                DataOutputStream out = new DataOutputStream(new BufferedOutputStream(server.getOutputStream()));
                int startup = in.readInt();
                byte[] parameters = in.readNBytes(startup - 4);
                if (startup == REQUEST_FOR_TLS) {
                    client.getOutputStream().write('N');
                    startup = in.readInt();
                    parameters = in.readNBytes(startup - 4);
                }
                out.writeInt(startup);
                out.write(parameters);
                while (true) {
                    out.flush();
                    int type = in.readUnsignedByte();
                    byte[] body = in.readNBytes(in.readInt() - 4);
                    note(type, body);
                    out.writeByte(type);
                    out.writeInt(body.length + 4);
                    out.write(body);
                }
            } catch (IOException e) {
                // One of the two went.
            }
        }

        private void note(int type, byte[] body) {
            String[] names = text(body).split("\0", 3);
            switch (type) {
                case 'P' -> statements.put(names[0], names[1]);
                case 'B' -> portals.put(names[0], statements.getOrDefault(names[1], ""));
                case 'E' -> executed = portals.getOrDefault(names[0], "");
                default -> {}
            }
        }

        void answers() {
            try (client;
                    server) {
                DataInputStream in = new DataInputStream(new BufferedInputStream(server.getInputStream()));
                Answer answer = new Answer(new DataOutputStream(new BufferedOutputStream(client.getOutputStream())));
                while (true) {
                    if (in.available() == 0) {
                        answer.flush();
                    }
                    int type = in.readUnsignedByte();
                    byte[] body = in.readNBytes(in.readInt() - 4);
                    if (type == 'D' && executed.contains(statement)) {
                        lie.send(row(body), answer);
                    } else if (type == 'S' && version != null && text(body).startsWith(VERSION)) {
                        answer.message('S', (VERSION + version + "\0").getBytes(StandardCharsets.ISO_8859_1));
                    } else {
                        answer.message((char) type, body);
                    }
                }
            } catch (IOException e) {
                // One of the two went.
            }
        }

        private static String text(byte[] body) {
            return new String(body, StandardCharsets.ISO_8859_1);
        }

        private List<byte @Nullable []> row(byte[] body) {
            ByteBuffer from = ByteBuffer.wrap(body);
            List<byte @Nullable []> row = new ArrayList<>();
            for (int i = from.getShort(); i > 0; i--) {
                int length = from.getInt();
                byte[] value = null;
                if (length >= 0) {
                    value = new byte[length];
                    from.get(value);
                }
                row.add(value);
            }
            return row;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
