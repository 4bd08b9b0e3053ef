package dev.connections.faults;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Servers on the loopback address that do everything to a worker but serve it. */
final class HostileSources implements AutoCloseable {
    private static final int MEGABYTE = 1 << 20;
    /** Enough to fill any heap here; a server that is not hung up on stops by itself. */
    private static final int MOST_MEGABYTES = 400;

    private static final int DRIP_MS = 20;

    private final Map<Kind, ServerSocket> servers = new EnumMap<>(Kind.class);
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What a server does with whoever connects. */
    enum Kind {
        /** Says nothing. */
        SILENT,
        /** Begins an answer, and sends the rest of it byte by byte. */
        DRIPS,
        /** Answers what no PostgreSQL server says. */
        GARBAGE,
        /** Hangs up. */
        HANGS_UP,
        /** Refuses the login with an error of 150 MB. */
        LONG_ERROR,
        /** Takes the login, and answers the first statement with rows without end. */
        ENDLESS_ROWS,
        /** Takes the login, and promises a value of two gigabytes. */
        LONG_VALUE,
        /** Takes the login, and sends notices without end. */
        ENDLESS_NOTICES
    }

    HostileSources() {
        for (Kind kind : Kind.values()) {
            try {
                ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                servers.put(kind, server);
                Thread.ofPlatform().daemon().name("hostile-" + kind).start(() -> accept(server, kind));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The keys of the connections to these servers. */
    static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            keys.add(key(kind));
        }
        return keys;
    }

    private static String key(Kind kind) {
        return "hostile_" + kind.name().toLowerCase(Locale.ROOT);
    }

    /** The bodies of the requests that create the connections. */
    List<Map<String, Object>> connections() {
        List<Map<String, Object>> connections = new ArrayList<>();
        servers.forEach((kind, server) -> connections.add(Map.of(
                "connectionKey", key(kind),
                "technology", "PostgreSQL",
                "clientConfiguration",
                        Map.of(
                                "host",
                                "127.0.0.1",
                                "port",
                                server.getLocalPort(),
                                "tls",
                                Map.of("mode", "DISABLE"),
                                "credential",
                                Map.of(
                                        "authenticationType",
                                        "UsernamePassword",
                                        "username",
                                        "reader",
                                        "password",
                                        "reader-password")),
                "options", Map.of("crawlOnCreate", false))));
        return connections;
    }

    private void accept(ServerSocket server, Kind kind) {
        while (true) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                Thread.ofPlatform().daemon().name("hostile-session").start(() -> serve(socket, kind));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, Kind kind) {
        try (socket) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            InputStream in = socket.getInputStream();
            switch (kind) {
                case SILENT -> closed.await();
                case DRIPS -> drip(out);
                case GARBAGE -> out.write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                case HANGS_UP -> {}
                case LONG_ERROR -> {
                    read(in);
                    out.writeByte('E');
                    out.writeInt(150 * MEGABYTE);
                    flood(out, new byte[MEGABYTE], 150);
                }
                case ENDLESS_ROWS -> {
                    logIn(in, out);
                    flood(out, frames('D', new byte[] {0, 1, 0, 0, 0, 3, 'r', 'o', 'w'}), MOST_MEGABYTES);
                }
                case LONG_VALUE -> {
                    logIn(in, out);
                    out.writeByte('D');
                    out.writeInt(10);
                    out.writeShort(1);
                    out.writeInt(Integer.MAX_VALUE);
                    flood(out, new byte[MEGABYTE], MOST_MEGABYTES);
                }
                case ENDLESS_NOTICES -> {
                    logIn(in, out);
                    flood(out, frames('N', new byte[] {0}), MOST_MEGABYTES);
                }
            }
        } catch (IOException e) {
            // The worker hung up.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(socket);
        }
    }

    private void drip(DataOutputStream out) throws IOException, InterruptedException {
        out.write(new byte[] {'E', 0, 0, 0, 'p'});
        while (!closed.await(DRIP_MS, TimeUnit.MILLISECONDS)) {
            out.write('x');
        }
    }

    /** Takes any login, waits for the first statement and begins its answer. */
    private static void logIn(InputStream in, DataOutputStream out) throws IOException {
        read(in);
        message(out, 'R', new byte[] {0, 0, 0, 0});
        message(out, 'S', "server_version\00018.0\0".getBytes(StandardCharsets.US_ASCII));
        message(out, 'S', "client_encoding\0UTF8\0".getBytes(StandardCharsets.US_ASCII));
        message(out, 'S', "standard_conforming_strings\0on\0".getBytes(StandardCharsets.US_ASCII));
        message(out, 'Z', new byte[] {'I'});
        read(in);
        message(out, '1', new byte[0]);
        message(out, '2', new byte[0]);
    }

    private static void read(InputStream in) throws IOException {
        int ignored = in.read(new byte[8_192]);
    }

    private static void message(DataOutputStream out, char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(4 + body.length);
        out.write(body);
    }

    /** About a megabyte of messages. */
    private static byte[] frames(char type, byte[] body) {
        byte[] frames = new byte[MEGABYTE / (5 + body.length) * (5 + body.length)];
        for (int at = 0; at < frames.length; at += 5 + body.length) {
            frames[at] = (byte) type;
            frames[at + 4] = (byte) (4 + body.length);
            System.arraycopy(body, 0, frames, at + 5, body.length);
        }
        return frames;
    }

    private void flood(DataOutputStream out, byte[] part, int times) throws IOException, InterruptedException {
        for (int i = 0; i < times && closed.getCount() > 0; i++) {
            out.write(part);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        servers.values().forEach(HostileSources::close);
        open.forEach(HostileSources::close);
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            // It is gone, which is what was asked for.
        }
    }
}
