package dev.connections.worker.source;

import dev.connections.connection.ClientConfiguration.Tls;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * TLS as one connection asks for it, made in memory: no file of the worker is read but the JVM's trust store, and no
 * client certificate is ever shown.
 */
final class SourceTls {
    private final TlsMode mode;
    private final SSLSocketFactory factory;

    private SourceTls(TlsMode mode, SSLSocketFactory factory) {
        this.mode = mode;
        this.factory = factory;
    }

    static SourceTls of(TlsMode mode, @Nullable Tls tls) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(mode, tls == null ? null : tls.caCertificate()), null);
            return new SourceTls(mode, context.getSocketFactory());
        } catch (CertificateException e) {
            throw new RunFailedException(
                    ErrorCode.TLS_FAILED, "the connection's caCertificate is not a certificate in PEM", e);
        } catch (GeneralSecurityException | IOException e) {
            throw new RunFailedException(ErrorCode.TLS_FAILED, "TLS cannot be set up for this connection", e);
        }
    }

    SSLSocketFactory factory() {
        return factory;
    }

    /** Lays TLS over a connected socket; the handshake is still to be done. */
    SSLSocket over(Socket socket, String host, int port) throws IOException {
        SSLSocket encrypted = (SSLSocket) factory.createSocket(socket, host, port, true);
        if (mode == TlsMode.VERIFY_FULL) {
            SSLParameters parameters = encrypted.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            encrypted.setSSLParameters(parameters);
        }
        return encrypted;
    }

    private static TrustManager @Nullable [] trust(TlsMode mode, @Nullable String caCertificate)
            throws GeneralSecurityException, IOException {
        return switch (mode) {
            // As everywhere with PostgreSQL, these two encrypt and do not ask who is at the other end.
            case DISABLE, PREFER, REQUIRE -> new TrustManager[] {new TrustAnyServer()};
            case VERIFY_CA, VERIFY_FULL -> caCertificate == null ? null : trustOnly(caCertificate);
        };
    }

    private static TrustManager[] trustOnly(String caCertificate) throws GeneralSecurityException, IOException {
        Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(caCertificate.getBytes(StandardCharsets.UTF_8)));
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate found");
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (Certificate certificate : certificates) {
            store.setCertificateEntry("ca-" + store.size(), certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        return trust.getTrustManagers();
    }
}
