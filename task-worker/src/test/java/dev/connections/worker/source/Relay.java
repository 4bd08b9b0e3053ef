package dev.connections.worker.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ServerSocketFactory;

/**
 * Forwards to a server on this machine. While it holds, it takes no more of an answer that has become long, so that the
 * server cannot go on with it.
 */
public final class Relay implements AutoCloseable {
    private static final int LONG = 64 * 1024;
    private static final int SMALL_BUFFER = 8 * 1024;

    private final int target;
    private final ServerSocket listener;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private boolean holding;

    public Relay(int target) {
        this(target, ServerSocketFactory.getDefault());
    }

    /** Takes connections as the factory has them, such as in TLS. */
    public Relay(int target, ServerSocketFactory factory) {
        this.target = target;
        try {
            this.listener = factory.createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("relay-of-" + target).start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** Holds long answers until what it returns is closed. */
    public AutoCloseable hold() {
        set(true);
        return () -> set(false);
    }

    private void set(boolean holds) {
        lock.lock();
        try {
            holding = holds;
            released.signalAll();
        } finally {
            lock.unlock();
        }
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

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket()) {
            server.setReceiveBufferSize(SMALL_BUFFER);
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Answer answer = new Answer();
            Thread up = Thread.ofVirtual().start(() -> {
                pump(client, server, answer::begin);
                close(server);
                answer.end();
            });
            pump(server, client, answer::add);
            close(client);
            up.join();
        } catch (IOException e) {
            // One side is gone, and the other learns of it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks at what is to be forwarded. */
    private interface Look {
        void at(int bytes) throws InterruptedException;
    }

    private static void pump(Socket from, Socket to, Look look) {
        byte[] buffer = new byte[SMALL_BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                look.at(read);
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // One side is gone, and the other learns of it.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Gone, as it was meant to be.
        }
    }

    /** How much of an answer has been forwarded. */
    private final class Answer {
        private long bytes;
        private boolean ended;

        void begin(int requested) {
            lock.lock();
            try {
                bytes = 0;
            } finally {
                lock.unlock();
            }
        }

        void add(int more) throws InterruptedException {
            lock.lock();
            try {
                bytes += more;
                while (holding && bytes > LONG && !ended) {
                    released.await();
                }
            } finally {
                lock.unlock();
            }
        }

        void end() {
            lock.lock();
            try {
                ended = true;
                released.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        set(false);
    }
}
