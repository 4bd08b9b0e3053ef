package dev.connections.worker.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * What stubs of sources over HTTPS prove themselves with, by an authority of their own that the operator has named.
 *
 * @param authority a file in PEM, which goes with the process
 */
public record StubCertificate(SSLContext context, Path authority) {
    /** The one that all stubs of a process share. */
    public static StubCertificate shared() {
        return Shared.CERTIFICATE;
    }

    private static final class Shared {
        private static final StubCertificate CERTIFICATE = make();
    }

    private static StubCertificate make() {
        try {
            Path folder = Files.createTempDirectory("stub-");
            ServerCertificate certificate = ServerCertificate.make(folder);
            Path authority = Files.writeString(folder.resolve("authority.pem"), certificate.pem());
            folder.toFile().deleteOnExit();
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> file.toFile().deleteOnExit());
            }
            return new StubCertificate(certificate.context(), authority);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** What a client that trusts its authority, and no other, needs. */
    public TrustManager[] trustManagers() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "stub", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }
}
