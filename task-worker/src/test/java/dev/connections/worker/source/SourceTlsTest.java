package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.mock.env.MockEnvironment;

/** Whom a worker trusts where a connection names nobody. */
class SourceTlsTest {
    @TempDir
    Path folder;

    @Test
    void theOperatorsIssuersAreTrustedBesidesTheJvms() throws Exception {
        Path file = Files.writeString(
                folder.resolve("issuers.pem"), ServerCertificate.make(folder).pem());
        List<X509Certificate> issuers = SourceTls.issuers(file);
        assertThat(issuers).hasSize(1);
        assertThat(SourceTls.withThoseOfTheJvm(issuers)).containsAll(issuers).hasSizeGreaterThan(50);
        assertThat(SourceTls.issuers(null)).isEmpty();
    }

    @Test
    void aWorkerDoesNotStartWithAFileOfIssuersThatIsNone() throws Exception {
        Path text = Files.writeString(folder.resolve("text.pem"), "no certificate");
        for (Path file : List.of(text, folder.resolve("nowhere.pem"))) {
            NetworkProperties network = new NetworkProperties(
                    false, Duration.ofSeconds(1), List.of(), file, NetworkProperties.Endpoints.PUBLIC);
            assertThatThrownBy(() -> new SourceDialer(network, new MockEnvironment(), Set::of))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("connections.worker.network.ca-certificates");
        }
    }
}
