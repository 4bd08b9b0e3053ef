package dev.connections.worker.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

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
}
