package dev.connections.worker.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** Gives a driver the dial's TLS; public because the driver makes it, on the thread of the dial. */
public final class GuardedTlsSocketFactory extends SSLSocketFactory {
    private final Dial dial = Dial.current();

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return dial.encrypted(socket, host, port);
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

    @Override
    public String[] getDefaultCipherSuites() {
        return dial.tls().factory().getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return dial.tls().factory().getSupportedCipherSuites();
    }

    private static UnsupportedOperationException unguarded() {
        return new UnsupportedOperationException("TLS is laid over a guarded socket only");
    }
}
