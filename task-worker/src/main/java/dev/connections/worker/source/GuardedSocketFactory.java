package dev.connections.worker.source;

import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Gives the driver guarded sockets; public because the driver makes it, on the thread of the dial. */
public final class GuardedSocketFactory extends SocketFactory {
    private final Dial dial = Dial.current();

    @Override
    public Socket createSocket() {
        return dial.newSocket();
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
