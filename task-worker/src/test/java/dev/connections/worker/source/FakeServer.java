package dev.connections.worker.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Accepts connections on the loopback address and does with each what its script says. */
public final class FakeServer implements AutoCloseable {
    private final ServerSocket listener;
    private final Script script;
    private final CountDownLatch accepted = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** What to do with an accepted connection, which is closed afterwards. */
    public interface Script {
        void serve(Socket socket, FakeServer server) throws IOException, InterruptedException;
    }

    private FakeServer(Script script) {
        try {
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.script = script;
    }

    public static FakeServer that(Script script) {
        FakeServer server = new FakeServer(script);
        Thread.ofPlatform().daemon().name("fake-server").start(server::accept);
        return server;
    }

    /** Closes every connection at once. */
    public static FakeServer thatHangsUp() {
        return that((socket, server) -> {});
    }

    /** Never says anything. */
    public static FakeServer thatIsSilent() {
        return that((socket, server) -> server.closed.await());
    }

    /** Begins an answer and sends the rest of it byte by byte, for ever. */
    public static FakeServer thatDrips(String beginning) {
        return that((socket, server) -> {
            socket.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
            while (!server.closed.await(20, TimeUnit.MILLISECONDS)) {
                socket.getOutputStream().write('x');
            }
        });
    }

    /** Answers whatever comes with these bytes, and hangs up. */
    public static FakeServer thatSays(String answer) {
        return that((socket, server) -> {
            var ignored = socket.getInputStream().read();
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        });
    }

    /** Says these bytes before a client says anything, and hangs up. */
    public static FakeServer thatGreets(String greeting) {
        return that((socket, server) -> socket.getOutputStream().write(greeting.getBytes(StandardCharsets.ISO_8859_1)));
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Waits until somebody has connected. */
    public void awaitConnection() throws InterruptedException {
        if (!accepted.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody connected");
        }
    }

    /** Whether anybody has connected so far. */
    public boolean wasReached() {
        return accepted.getCount() == 0;
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = listener.accept();
                accepted.countDown();
                Thread.ofPlatform().daemon().name("fake-session").start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.serve(socket, this);
        } catch (IOException e) {
            // The other side went.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        listener.close();
    }
}
