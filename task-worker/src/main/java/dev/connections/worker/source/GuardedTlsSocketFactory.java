package dev.connections.worker.source;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;

/** Gives a driver the dial's TLS; public because the driver makes it, on the thread of the dial. */
public final class GuardedTlsSocketFactory extends SSLSocketFactory {
    private final SourceTls tls = Dial.current().tls();

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return tls.over(socket, host, port);
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
        return tls.factory().getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.factory().getSupportedCipherSuites();
    }

    private static UnsupportedOperationException unguarded() {
        return new UnsupportedOperationException("TLS is laid over a guarded socket only");
    }
}
