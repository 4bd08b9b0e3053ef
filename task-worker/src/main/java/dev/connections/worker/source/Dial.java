package dev.connections.worker.source;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** The sockets to one source. Closing it ends whatever is done on them, on any thread, and allows no new one. */
public final class Dial implements AutoCloseable {
    private static final ThreadLocal<@Nullable Dial> CURRENT = new ThreadLocal<>();

    private final AddressGuard guard;
    /** Checks what comes over a socket, and once more what comes out of its TLS. */
    private final Supplier<AnswerCheck> checks;

    private final Supplier<SourceTls> makesTls;
    private @Nullable SourceTls tls;
    private final Set<Closeable> sockets = new HashSet<>();
    private boolean closed;
    private @Nullable Exception failure;
    /** Why the last socket has not reached the source, or not yet; null before the first one and where it has. */
    private volatile @Nullable SourceError unreached;

    Dial(AddressGuard guard, Supplier<AnswerCheck> checks, Supplier<SourceTls> tls) {
        this.guard = guard;
        this.checks = checks;
        this.makesTls = tls;
    }

    /** The dial whose work this thread does: how a driver that takes only class names finds it. */
    public static Dial current() {
        Dial dial = CURRENT.get();
        if (dial == null) {
            throw new IllegalStateException("no source is being dialed on this thread");
        }
        return dial;
    }

    /**
     * Makes the TLS for the sockets, where that is not done yet: it is no part of reaching the source.
     *
     * @throws RunFailedException where it cannot be made as the connection asks for it
     */
    public void prepareTls() {
        tls();
    }

    synchronized SourceTls tls() {
        SourceTls made = tls;
        if (made == null) {
            made = makesTls.get();
            tls = made;
        }
        return made;
    }

    /**
     * Does the work on a thread of its own and waits for it no longer than the limit, nor after the execution was
     * stopped - whatever the work hangs in, a name lookup included. The dial is closed unless the work succeeded.
     *
     * @throws RunFailedException with TIMEOUT at the limit
     * @throws CancellationException where the execution was stopped or this thread interrupted
     */
    public <T> T within(Duration limit, Execution execution, Callable<T> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        Execution.Registration onStop = execution.onStop(() -> done.completeExceptionally(stopped()));
        boolean succeeded = false;
        try {
            Thread.ofPlatform().daemon().name("dial-" + execution.run().runId()).start(() -> complete(done, work));
            T result = done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            succeeded = true;
            return result;
        } catch (TimeoutException e) {
            throw new RunFailedException(late(limit).toTaskError(execution.secrets()), null);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped();
        } finally {
            onStop.close();
            if (!succeeded) {
                close();
            }
        }
    }

    /**
     * A source that was reached and hangs, or one that was not reached. A driver can give up a socket in the moment in which
     * the limit passes, or try for longer than that.
     */
    private SourceError late(Duration limit) {
        SourceError known = unreached;
        return known == null
                ? SourceError.of(ErrorCode.TIMEOUT, "the source did not answer within " + limit.toMillis() + " ms")
                : known;
    }

    /** Takes note of where a socket is about to connect to. */
    void connecting(SocketAddress endpoint) {
        unreached = Unreached.SILENT.error(NotReachedException.shown(endpoint));
    }

    /** Takes note of that it is connected. */
    void reached() {
        unreached = null;
    }

    /** Takes note of why it is not connected. */
    void notReached(SourceError why) {
        unreached = why;
    }

    // Any throwable: a hostile answer can make a driver fail with an Error too, and the waiting thread must hear of it.
    @SuppressWarnings("CatchingUnchecked")
    private <T> void complete(CompletableFuture<T> done, Callable<T> work) {
        CURRENT.set(this);
        try {
            done.complete(work.call());
        } catch (Throwable e) {
            done.completeExceptionally(e);
        } finally {
            CURRENT.remove();
        }
    }

    /** Does work on this thread that may open another socket to the source, such as one that cancels a statement. */
    public void onThisThread(Work work) throws SQLException {
        CURRENT.set(this);
        try {
            work.run();
        } finally {
            CURRENT.remove();
        }
    }

    /** What a driver does for a dial. */
    public interface Work {
        void run() throws SQLException;
    }

    /** Opens a TCP connection to the source and sends nothing yet. */
    public Socket connect(SourceHost host) throws IOException {
        Socket socket = newSocket();
        socket.connect(InetSocketAddress.createUnresolved(host.name(), host.port()));
        return socket;
    }

    public Socket newSocket() {
        return new GuardedSocket(this, checks.get());
    }

    /** Lays the dial's TLS over a connected socket; the handshake is still to be done. */
    public SSLSocket encrypted(Socket socket, String host, int port) throws IOException {
        return new CheckedTlsSocket(tls().over(socket, host, port), checks.get());
    }

    /** Shakes hands for the dial's TLS over a connected socket, and returns the version of the protocol that was agreed on. */
    public String handshake(Socket socket, SourceHost host) throws IOException {
        SSLSocket encrypted = encrypted(socket, host.name(), host.port());
        encrypted.startHandshake();
        return encrypted.getSession().getProtocol();
    }

    /**
     * TLS for a driver that lays it itself. Whatever host the driver believes that it talks to, the server proves to be this one
     * as far as the connection asks for that.
     */
    public SSLContext context(SourceHost host) {
        return tls().context(host);
    }

    /** Checks the address that a socket is about to dial. */
    InetSocketAddress permitted(SocketAddress target, Socket socket) throws IOException {
        InetSocketAddress address = guard.permitted(target);
        closeWithThis(socket);
        return address;
    }

    /** Takes what ends with this dial. */
    public void closeWithThis(Closeable socket) throws SocketException {
        synchronized (sockets) {
            if (closed) {
                throw new SocketException("the attempt to reach the source has ended");
            }
            sockets.add(socket);
        }
    }

    /** Lets go of what has ended by itself. */
    public void forget(Closeable socket) {
        synchronized (sockets) {
            sockets.remove(socket);
        }
    }

    /** Takes note of what broke a socket that the driver does not read itself; the first counts, and none after the end. */
    public void broke(Exception why) {
        synchronized (sockets) {
            if (!closed && failure == null) {
                failure = why;
            }
        }
    }

    /** What to throw for an exception of the driver: what broke its socket, where the driver cannot know that. */
    public Exception explained(SQLException thrown) {
        synchronized (sockets) {
            return failure == null ? thrown : failure;
        }
    }

    /** Forgets what broke one socket where another has led to a login. */
    public void mend() {
        synchronized (sockets) {
            failure = null;
        }
    }

    /** Whether something broke a socket that the driver does not read itself. */
    public boolean isBroken() {
        synchronized (sockets) {
            return failure != null;
        }
    }

    @Override
    public void close() {
        List<Closeable> open;
        synchronized (sockets) {
            closed = true;
            open = List.copyOf(sockets);
        }
        for (Closeable socket : open) {
            try {
                socket.close();
            } catch (IOException e) {
                // It is gone, which is what was asked for.
            }
        }
    }

    private static CancellationException stopped() {
        return new CancellationException("stopped while reaching the source");
    }
}
