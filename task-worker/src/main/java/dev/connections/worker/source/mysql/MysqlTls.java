package dev.connections.worker.source.mysql;

import dev.connections.worker.source.GuardedTlsSocketFactory;
import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.Configuration;
import org.mariadb.jdbc.HostAddress;
import org.mariadb.jdbc.export.ExceptionFactory;
import org.mariadb.jdbc.plugin.TlsSocketPlugin;

/** Gives the driver the dial's TLS, which verifies the server as the connection asks; public because the driver makes it. */
public final class MysqlTls implements TlsSocketPlugin {
    static final String TYPE = "dial";

    @Override
    public String type() {
        return TYPE;
    }

    @Override
    public TrustManager[] getTrustManager(
            Configuration configuration, ExceptionFactory exceptions, @Nullable HostAddress address) {
        return new TrustManager[0];
    }

    @Override
    public KeyManager[] getKeyManager(Configuration configuration, ExceptionFactory exceptions) {
        return new KeyManager[0];
    }

    @Override
    public SSLSocket createSocket(Socket socket, SSLSocketFactory unused, String host) throws IOException {
        return (SSLSocket) new GuardedTlsSocketFactory().createSocket(socket, host, socket.getPort(), true);
    }
}
