package dev.connections.worker.source.oracle;

import dev.connections.worker.source.Dial;
import dev.connections.worker.source.SourceHost;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Where the driver of one login dials: a SOCKS 5 proxy (RFC 1928) on the loopback address that connects through the dial, and so
 * to permitted addresses only. The driver opens its sockets by itself and asks nobody, also where a listener sends it on to
 * another address; as a client of a proxy it has to ask for each.
 *
 * <p>Other processes of the machine can reach the port too. The driver therefore knows the database by a name that nobody else
 * knows, and only after a connection to that name are other addresses to be had, a few for each login. The port is closed when
 * the login is done; its connections end with the dial.
 */
final class OracleEndpoint implements AutoCloseable {
    /** A listener sends a client on once or twice. */
    private static final int MOST_CONNECTIONS = 6;

    /** For what a client of the proxy says before it is connected, which takes no time on the loopback address. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int VERSION = 5;
    private static final byte[] NO_LOGIN = {VERSION, 0};
    private static final int CONNECT = 1;
    private static final int DOMAIN_NAME = 3;
    private static final byte[] CONNECTED = {VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    private static final byte[] FAILED = {VERSION, 1, 0, 1, 0, 0, 0, 0, 0, 0};

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Dial dial;
    private final SourceHost host;
    private final boolean encrypted;
    private final String name;
    private final ServerSocket listener;
    private final AtomicInteger connections = new AtomicInteger();
    /** Whether the driver has been connected to the configured host. */
    private volatile boolean begun;

    /**
     * Opens the port.
     *
     * @param encrypted whether the driver has to begin each connection with TLS, or must not
     */
    OracleEndpoint(Dial dial, SourceHost host, boolean encrypted) throws IOException {
        this.dial = dial;
        this.host = host;
        this.encrypted = encrypted;
        byte[] secret = new byte[16];
        RANDOM.nextBytes(secret);
        this.name = "db-" + HexFormat.of().formatHex(secret) + ".invalid";
        this.listener = new ServerSocket(0, MOST_CONNECTIONS, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        Thread.ofPlatform().daemon().name("oracle-endpoint").start(this::accept);
    }

    /** The name by which the driver has to ask for the configured host. */
    String name() {
        return name;
    }

    int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (true) {
            Socket client;
            try {
                client = listener.accept();
            } catch (IOException e) {
                return;
            }
            if (connections.incrementAndGet() > MOST_CONNECTIONS) {
                OracleTunnel.close(client);
            } else {
                Thread.ofPlatform().daemon().name("oracle-to-server").start(() -> serve(client));
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            // A driver that neither reads nor goes would hold its tunnel for ever.
            dial.closeWithThis(client);
            client.setTcpNoDelay(true);
            client.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            SourceHost wanted = wanted(client);
            Socket server = connected(wanted);
            if (server == null) {
                client.getOutputStream().write(FAILED);
                return;
            }
            begun = true;
            client.setSoTimeout(0);
            client.getOutputStream().write(CONNECTED);
            new OracleTunnel(dial, client, server, encrypted).run();
        } catch (IOException e) {
            // Who has asked is gone, or is not the driver.
        } finally {
            dial.forget(client);
        }
    }

    /** The socket; null where there is none, of which the dial then knows why. */
    private @Nullable Socket connected(SourceHost wanted) {
        try {
            Socket server = dial.connect(wanted);
            server.setTcpNoDelay(true);
            server.setKeepAlive(true);
            return server;
        } catch (IOException e) {
            dial.broke(e);
            return null;
        }
    }

    private SourceHost wanted(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        require(in.readUnsignedByte() == VERSION);
        in.skipNBytes(in.readUnsignedByte());
        client.getOutputStream().write(NO_LOGIN);
        require(in.readUnsignedByte() == VERSION && in.readUnsignedByte() == CONNECT);
        in.skipNBytes(1);
        require(in.readUnsignedByte() == DOMAIN_NAME);
        String asked = text(in, in.readUnsignedByte());
        int port = in.readUnsignedShort();
        if (asked.equals(name) && port == host.port()) {
            return host;
        }
        require(begun);
        try {
            return SourceHost.of(asked, port);
        } catch (RuntimeException e) {
            dial.broke(new IOException("an address that is none", e));
            throw new ProtocolException("an address that is none");
        }
    }

    private static String text(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static void require(boolean isSo) throws IOException {
        if (!isSo) {
            throw new ProtocolException("not what the driver asks for");
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            // It takes no more connections, which is what was asked for.
        }
    }
}
