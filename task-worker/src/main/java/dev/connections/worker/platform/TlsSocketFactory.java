package dev.connections.worker.platform;

import java.io.IOException;
import java.net.Socket;
import org.postgresql.ssl.WrappedFactory;

/** Gives the driver the dial's TLS; public because the driver makes it, on the thread of the dial. */
public final class TlsSocketFactory extends WrappedFactory {
    private final PlatformTls tls = Dial.current().tls();

    public TlsSocketFactory() {
        factory = tls.factory();
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return tls.over(socket, host, port);
    }
}
