package dev.connections.worker.source.pgwire;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a PostgreSQL server and takes down the statements that it hands on. What only a cluster of Redshift knows, and
 * PostgreSQL refuses, it leaves out of what a session begins with.
 */
public final class WireRelay implements AutoCloseable {
    private static final int REQUEST_FOR_TLS = 80_877_103;
    private static final int REQUEST_TO_CANCEL = 80_877_102;
    private static final Set<String> KNOWN_TO_POSTGRESQL = Set.of(
            "user",
            "database",
            "client_encoding",
            "DateStyle",
            "TimeZone",
            "extra_float_digits",
            "application_name",
            "search_path");

    private final int target;
    private final @Nullable SSLContext tls;
    private final ServerSocket listener;
    private final Queue<String> statements = new ConcurrentLinkedQueue<>();

    /**
     * Opens a port.
     *
     * @param tls what it offers to clients; null for none
     */
    public WireRelay(int target, @Nullable SSLContext tls) {
        this.target = target;
        this.tls = tls;
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("wire-relay").start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The statements since this was asked before. */
    public List<String> takeStatements() {
        List<String> taken = new ArrayList<>();
        for (String one = statements.poll(); one != null; one = statements.poll()) {
            taken.add(one);
        }
        return taken;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // Closed: the condition ends the loop.
            }
        }
    }

    private void serve(Socket accepted) {
        try (accepted;
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            accepted.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            DataInputStream in = new DataInputStream(accepted.getInputStream());
            DataOutputStream out = new DataOutputStream(new BufferedOutputStream(server.getOutputStream()));
            int length = in.readInt();
            int code = in.readInt();
            if (code == REQUEST_FOR_TLS) {
                accepted.getOutputStream().write(tls == null ? 'N' : 'S');
                Socket client = tls == null ? accepted : encrypted(accepted, tls);
                in = new DataInputStream(client.getInputStream());
                begin(in.readInt(), in.readInt(), in, out);
                serve(client, server, in, out);
            } else {
                begin(length, code, in, out);
                serve(accepted, server, in, out);
            }
        } catch (IOException e) {
            // One side is gone, and the other learns of it.
        }
    }

    private static Socket encrypted(Socket accepted, SSLContext tls) throws IOException {
        SSLSocket client = (SSLSocket) tls.getSocketFactory().createSocket(accepted, null, true);
        client.setUseClientMode(false);
        return client;
    }

    private void serve(Socket client, Socket server, DataInputStream in, DataOutputStream out) throws IOException {
        Thread.ofVirtual().start(() -> pump(server, client));
        while (true) {
            if (in.available() == 0) {
                out.flush();
            }
            int type = in.readUnsignedByte();
            byte[] body = in.readNBytes(in.readInt() - 4);
            if (type == 'P' || type == 'Q') {
                String[] texts = new String(body, StandardCharsets.UTF_8).split("\0", -1);
                statements.add(type == 'Q' ? texts[0] : texts[1]);
            }
            out.writeByte(type);
            out.writeInt(body.length + 4);
            out.write(body);
        }
    }

    private static void begin(int length, int code, DataInputStream in, DataOutputStream out) throws IOException {
        byte[] rest = in.readNBytes(length - 8);
        byte[] sent = code == REQUEST_TO_CANCEL ? rest : known(rest);
        out.writeInt(8 + sent.length);
        out.writeInt(code);
        out.write(sent);
        out.flush();
    }

    /** The parameters that PostgreSQL knows; each is a name and a value that end with a zero, and so do all together. */
    private static byte[] known(byte[] parameters) {
        String[] texts = new String(parameters, StandardCharsets.UTF_8).split("\0", -1);
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (int i = 0; i + 1 < texts.length && !texts[i].isEmpty(); i += 2) {
            if (KNOWN_TO_POSTGRESQL.contains(texts[i])) {
                kept.writeBytes((texts[i] + "\0" + texts[i + 1] + "\0").getBytes(StandardCharsets.UTF_8));
            }
        }
        kept.write(0);
        return kept.toByteArray();
    }

    private static void pump(Socket from, Socket to) {
        try (to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // One side is gone, and the other learns of it.
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
