package dev.connections.worker.source.sqlserver;

import dev.connections.worker.source.GuardedSocketFactory;
import dev.connections.worker.source.GuardedTlsSocketFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Gives the driver guarded sockets that do TLS by themselves; public because the driver makes it, on the dial's thread. */
public final class SqlServerSockets extends SocketFactory {
    private static final ThreadLocal<@Nullable Attempt> CURRENT = new ThreadLocal<>();

    private final GuardedSocketFactory guarded = new GuardedSocketFactory();
    private final GuardedTlsSocketFactory encryption = new GuardedTlsSocketFactory();
    private final Attempt attempt;

    /** Takes the attempt that this thread makes: the driver takes only names of classes. */
    public SqlServerSockets() {
        Attempt current = CURRENT.get();
        if (current == null) {
            throw new IllegalStateException("nobody logs in to a server on this thread");
        }
        this.attempt = current;
    }

    /** What a driver does to log in. */
    interface Login {
        Connection connect() throws SQLException;
    }

    /** One attempt to log in, and why no connection came about, which the driver does not pass on. */
    static final class Attempt {
        private @Nullable IOException failure;

        synchronized void fail(IOException why) {
            failure = why;
        }

        synchronized @Nullable IOException failure() {
            return failure;
        }

        /** Logs in on this thread. */
        Connection logIn(Login login) throws SQLException {
            CURRENT.set(this);
            try {
                return login.connect();
            } finally {
                CURRENT.remove();
            }
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        return new TdsSocket(guarded.createSocket(), encryption, attempt);
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw unguarded();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw unguarded();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw unguarded();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw unguarded();
    }

    private static UnsupportedOperationException unguarded() {
        return new UnsupportedOperationException("a source is dialed with an unconnected socket only");
    }
}
