package dev.connections.worker.source;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLSocket;

/**
 * A port of the loopback address that leads to one source, for a driver that opens its sockets itself: it is given this
 * address, and never learns that of the source. The socket behind it is one of the dial: its address was checked, its TLS
 * verifies the source as the connection asks for it, and what it brings is checked. The port takes one connection and ends
 * with the dial.
 */
public final class LoopbackEndpoint {
    /** What a driver is told in place of the source's host. */
    public static final String HOST = "127.0.0.1";

    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int BUFFER_BYTES = 16 * 1024;

    private final Dial dial;
    private final Socket source;
    private final ServerSocket listener;
    /** The driver hung up first, which ends the source's side as well. */
    private volatile boolean hungUp;

    private LoopbackEndpoint(Dial dial, Socket source, ServerSocket listener) {
        this.dial = dial;
        this.source = source;
        this.listener = listener;
    }

    /**
     * Reaches the source, on the thread of a dial, and opens a port for it.
     *
     * @param encrypted whether there is TLS on both sides of the port: that of the dial to the source, and one that proves
     *     nothing to the driver, which insists on it
     */
    public static LoopbackEndpoint to(SourceHost host, boolean encrypted) throws IOException {
        Dial dial = Dial.current();
        Socket socket = dial.connect(host);
        socket.setTcpNoDelay(true);
        Socket source = encrypted ? encrypted(dial, socket, host) : socket;
        InetAddress loopback = InetAddress.getByAddress(LOOPBACK);
        ServerSocket listener = encrypted ? LoopbackTls.listener(loopback) : new ServerSocket(0, 1, loopback);
        LoopbackEndpoint endpoint = new LoopbackEndpoint(dial, source, listener);
        try {
            dial.closeWithThis(listener);
        } catch (IOException e) {
            listener.close();
            throw e;
        }
        Thread.ofPlatform().daemon().name("loopback-" + endpoint.port()).start(endpoint::serve);
        return endpoint;
    }

    private static Socket encrypted(Dial dial, Socket socket, SourceHost host) throws IOException {
        SSLSocket tls = dial.encrypted(socket, host.name(), host.port());
        tls.startHandshake();
        return tls;
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        try (source;
                listener;
                Socket driver = listener.accept()) {
            serve(driver);
        } catch (IOException e) {
            // The driver is gone, or the dial has ended.
        } finally {
            dial.forget(listener);
        }
    }

    private void serve(Socket driver) throws IOException {
        // One that neither reads nor goes would hold this thread for ever.
        dial.closeWithThis(driver);
        try {
            driver.setTcpNoDelay(true);
            Thread.ofPlatform().daemon().name("loopback-up-" + port()).start(() -> sendUp(driver));
            bringDown(driver.getOutputStream());
        } finally {
            dial.forget(driver);
        }
    }

    /** Forwards what the driver asks; when it hangs up, the source's side ends too. */
    private void sendUp(Socket driver) {
        try (source) {
            byte[] buffer = new byte[BUFFER_BYTES];
            InputStream asked = driver.getInputStream();
            for (int read = asked.read(buffer); read >= 0; read = asked.read(buffer)) {
                source.getOutputStream().write(buffer, 0, read);
            }
            hungUp = true;
        } catch (IOException e) {
            // One side is gone, and the other learns of it.
        }
    }

    /** Forwards what the source sends, to its end, of which the driver sees no reason. */
    private void bringDown(OutputStream toDriver) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = read(buffer); read >= 0; read = read(buffer)) {
            toDriver.write(buffer, 0, read);
        }
    }

    private int read(byte[] buffer) {
        Exception why;
        try {
            int read = source.getInputStream().read(buffer);
            if (read >= 0) {
                return read;
            }
            why = new EOFException("the source hung up");
        } catch (IOException | RuntimeException e) {
            // A check throws both kinds.
            why = e;
        }
        if (!hungUp) {
            dial.broke(why);
        }
        return -1;
    }
}
