package dev.connections.worker.source;

import dev.connections.connection.ClientConfiguration.Tls;
import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS as one connection asks for it, made in memory: no file of the worker is read but the JVM's trust store and the operator's
 * issuers, and no client certificate is ever shown.
 */
final class SourceTls {
    private final TlsMode mode;
    private final SSLContext context;
    private final SSLSocketFactory factory;

    private SourceTls(TlsMode mode, SSLContext context) {
        this.mode = mode;
        this.context = context;
        this.factory = context.getSocketFactory();
    }

    /**
     * TLS of one connection.
     *
     * @param issuers trusted besides the JVM's where the connection names none
     */
    static SourceTls of(TlsMode mode, @Nullable Tls tls, List<X509Certificate> issuers) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(mode, tls == null ? null : tls.caCertificate(), issuers), null);
            return new SourceTls(mode, context);
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

    /** For a driver that lays TLS itself: it knows no other server than the host. */
    SSLContext context(SourceHost host) {
        return EngineContext.of(context, () -> {
            SSLEngine engine = context.createSSLEngine(host.name(), host.port());
            engine.setSSLParameters(identifying(engine.getSSLParameters()));
            return engine;
        });
    }

    /** Lays TLS over a connected socket; the handshake is still to be done. */
    SSLSocket over(Socket socket, String host, int port) throws IOException {
        SSLSocket encrypted = (SSLSocket) factory.createSocket(socket, host, port, true);
        encrypted.setSSLParameters(identifying(encrypted.getSSLParameters()));
        return encrypted;
    }

    private SSLParameters identifying(SSLParameters parameters) {
        if (mode == TlsMode.VERIFY_FULL) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    /**
     * The certificates of a file in PEM; none where there is no file.
     *
     * @throws IllegalStateException where it cannot be read, so that the worker does not start
     */
    static List<X509Certificate> issuers(@Nullable Path file) {
        if (file == null) {
            return List.of();
        }
        try {
            return certificates(Files.readString(file));
        } catch (IOException | CertificateException e) {
            throw new IllegalStateException(
                    "connections.worker.network.ca-certificates names " + file + ", which holds no certificates in PEM",
                    e);
        }
    }

    private static TrustManager @Nullable [] trust(
            TlsMode mode, @Nullable String caCertificate, List<X509Certificate> issuers)
            throws GeneralSecurityException, IOException {
        return switch (mode) {
            // As everywhere with PostgreSQL, these two encrypt and do not ask who is at the other end.
            case DISABLE, PREFER, REQUIRE -> new TrustManager[] {new TrustAnyServer()};
            case VERIFY_CA, VERIFY_FULL -> {
                if (caCertificate != null) {
                    yield trustOnly(certificates(caCertificate));
                }
                yield issuers.isEmpty() ? null : trustOnly(withThoseOfTheJvm(issuers));
            }
        };
    }

    static List<X509Certificate> withThoseOfTheJvm(List<X509Certificate> issuers) throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        List<X509Certificate> all = new ArrayList<>(issuers);
        for (TrustManager manager : trust.getTrustManagers()) {
            if (manager instanceof X509TrustManager known) {
                all.addAll(List.of(known.getAcceptedIssuers()));
            }
        }
        return all;
    }

    private static List<X509Certificate> certificates(String pem) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate one : CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))) {
            certificates.add((X509Certificate) one);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate found");
        }
        return certificates;
    }

    private static TrustManager[] trustOnly(List<X509Certificate> certificates)
            throws GeneralSecurityException, IOException {
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
