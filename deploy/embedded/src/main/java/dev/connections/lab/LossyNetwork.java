package dev.connections.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a PostgreSQL server on this machine, and loses what a test wants to be lost. */
public final class LossyNetwork implements AutoCloseable {
    /** How the server confirms a commit, with the zero at its end. */
    private static final String COMMITTED = "COMMIT\0";

    private final int target;
    private final ServerSocket listener;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicInteger commitsToLose = new AtomicInteger();

    /** Listens on a free port. */
    public LossyNetwork(int target) {
        this.target = target;
        try {
            this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("lossy-network").start(this::accept);
    }

    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Cuts off the sessions that there are: nothing arrives any more, also not that one side has closed its end. Later sessions are
     * served.
     */
    public void silence() {
        sessions.forEach(session -> session.silent = true);
    }

    /** Loses the next confirmations of commits and resets their sessions: the server has committed, and no client can know. */
    public void loseCommits(int number) {
        commitsToLose.set(number);
    }

    /** How many confirmations it has still to lose. */
    public int commitsToLose() {
        return commitsToLose.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        sessions.forEach(Session::reset);
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Session session = new Session(
                        listener.accept(), new Socket(InetAddress.getLoopbackAddress(), target), commitsToLose);
                sessions.add(session);
                session.start();
            } catch (IOException e) {
                // Closed: the condition ends the loop.
            }
        }
    }

    private static final class Session {
        private final Socket client;
        private final Socket server;
        private final AtomicInteger commitsToLose;
        private volatile boolean silent;

        Session(Socket client, Socket server, AtomicInteger commitsToLose) throws IOException {
            this.client = client;
            this.server = server;
            this.commitsToLose = commitsToLose;
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        }

        void start() {
            Thread.ofVirtual().start(() -> pump(client, server, false));
            Thread.ofVirtual().start(() -> pump(server, client, true));
        }

        private void pump(Socket from, Socket to, boolean isAnswer) {
            byte[] buffer = new byte[16 * 1024];
            try {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (isAnswer && isLostCommit(buffer, read)) {
                        reset();
                    } else if (!silent) {
                        out.write(buffer, 0, read);
                    }
                }
            } catch (IOException e) {
                // One side is gone, and the other learns of it below.
            }
            if (!silent) {
                reset();
            }
        }

        private boolean isLostCommit(byte[] answer, int length) {
            return commitsToLose.get() > 0
                    && new String(answer, 0, length, StandardCharsets.ISO_8859_1).contains(COMMITTED)
                    && commitsToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        }

        void reset() {
            try (client;
                    server) {
                client.setSoLinger(true, 0);
            } catch (IOException e) {
                // Gone, as it was meant to be.
            }
        }
    }
}
