package dev.connections.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Stands before a server on this machine, forwards what comes, and cuts its clients off on demand. */
final class TcpProxy implements AutoCloseable {
    private static final int CONNECT_LIMIT_MS = 2_000;

    private final int target;
    private final Duration delay;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.OPEN;

    /** What the proxy does with its clients. */
    enum State {
        /** Forwards. */
        OPEN,
        /** Resets every connection, as where the server's host is up and the server is not. */
        REFUSING,
        /** Keeps every connection and forwards nothing until it is open again, as where the network is cut. */
        SILENT
    }

    /**
     * Listens on a free port of the loopback address.
     *
     * @param target the server's port
     * @param delay how long each piece of an answer is held back
     */
    public TcpProxy(int target, Duration delay) {
        this.target = target;
        this.delay = delay;
        try {
            this.server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen", e);
        }
        Thread.ofVirtual().name("proxy-of-" + target).start(this::accept);
    }

    /** The port that clients connect to. */
    public int port() {
        return server.getLocalPort();
    }

    /** Changes what it does; for REFUSING, ends what is connected. */
    void become(State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (next == State.REFUSING) {
            reset();
        }
    }

    /** Resets every connection that there is; new ones are served. */
    void reset() {
        sockets.forEach(TcpProxy::abort);
        sockets.clear();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot stop to listen", e);
        }
        become(State.REFUSING);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                sockets.add(client);
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // Closed: the condition ends the loop.
            }
        }
    }

    private void serve(Socket client) {
        Socket upstream = new Socket();
        sockets.add(upstream);
        try {
            awaitOpen();
            upstream.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_LIMIT_MS);
            client.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            Thread up = Thread.ofVirtual().start(() -> pump(client, upstream, Duration.ZERO));
            pump(upstream, client, delay);
            up.join();
        } catch (IOException e) {
            // Refused, by this proxy or by the server: the client sees a reset.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(client);
            end(upstream);
        }
    }

    private void pump(Socket from, Socket to, Duration held) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                TimeUnit.NANOSECONDS.sleep(held.toNanos());
                awaitOpen();
                out.write(buffer, 0, read);
            }
            awaitOpen();
        } catch (IOException e) {
            // One side is gone; the other one learns of it below.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
        }
    }

    private void awaitOpen() throws IOException, InterruptedException {
        lock.lock();
        try {
            while (state == State.SILENT) {
                changed.await();
            }
            if (state == State.REFUSING) {
                throw new IOException("refusing");
            }
        } finally {
            lock.unlock();
        }
    }

    private void end(Socket socket) {
        sockets.remove(socket);
        close(socket);
    }

    /** Ends it with a reset. */
    private static void abort(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException ignored) {
            // Closed already.
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // Gone, as it was meant to be.
        }
    }
}
