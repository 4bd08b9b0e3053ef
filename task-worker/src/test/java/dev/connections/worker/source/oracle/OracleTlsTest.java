package dev.connections.worker.source.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.ServerCertificate;
import dev.connections.worker.source.SourceConnection;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** TLS that Oracle's driver lays through the worker's endpoint, against scripted listeners. */
class OracleTlsTest {
    private static final OracleSourceServer SERVER = OracleSourceServer.shared();
    private static final byte[] REFUSAL = TnsPacket.refusal(12514, "");

    @TempDir
    static Path folder;

    private static ServerCertificate certificate;

    @BeforeAll
    static void makeCertificate() throws Exception {
        certificate = ServerCertificate.make(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUIRE", "VERIFY_CA", "VERIFY_FULL"})
    void theDriverTalksOverTheConnectionsTls(String mode) throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        try (FakeServer listener = encrypted((socket, server) -> asked.complete(TnsPacket.answer(socket, REFUSAL)))) {
            assertThat(failure(configuration(listener.port(), mode, "localhost"))
                            .message())
                    .contains("knows no service");
        }
        assertThat(asked.get(10, TimeUnit.SECONDS)).contains("(SERVICE_NAME=shop)");
    }

    @Test
    void aCertificateThatDoesNotNameTheHostIsRefusedWhereItHasTo() throws Exception {
        try (FakeServer listener = encrypted((socket, server) -> TnsPacket.answer(socket, REFUSAL))) {
            TaskError error = failure(configuration(listener.port(), "VERIFY_FULL", "127.0.0.1"));
            assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
            assertThat(error.message()).isEqualTo("the server's certificate does not name the configured host");
            assertThat(failure(configuration(listener.port(), "VERIFY_CA", "127.0.0.1"))
                            .message())
                    .contains("knows no service");
        }
    }

    @Test
    void aCertificateThatNobodyTrustsIsRefused() throws Exception {
        try (FakeServer listener = encrypted((socket, server) -> TnsPacket.answer(socket, REFUSAL))) {
            ObjectNode configuration = configuration(listener.port(), "VERIFY_CA", "localhost");
            configuration.withObject("/tls").remove("caCertificate");
            TaskError error = failure(configuration);
            assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
            assertThat(error.message()).isEqualTo("the server's certificate was not issued by a trusted authority");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER"})
    void aPortWithTlsIsSaidToHaveIt(String mode) throws Exception {
        try (FakeServer listener = encrypted((socket, server) -> TnsPacket.answer(socket, REFUSAL))) {
            TaskError error = failure(configuration(listener.port(), mode, "localhost"));
            assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
            assertThat(error.message()).startsWith("the port answers in TLS");
        }
    }

    @Test
    void aPortWithoutTlsIsRefusedWhereItIsRequired() throws Exception {
        try (FakeServer listener = FakeServer.thatSays("\0\10\0\0\4\0\0\0")) {
            assertThat(failure(configuration(listener.port(), "VERIFY_FULL", "localhost"))
                            .code())
                    .isEqualTo(ErrorCode.TLS_FAILED);
        }
    }

    @Test
    void aListenerWithTlsCannotLeadToAnAddressWithoutIt() throws Exception {
        try (FakeServer other = FakeServer.thatIsSilent();
                FakeServer listener = encrypted((socket, server) ->
                        TnsPacket.answer(socket, TnsPacket.redirect("tcp", "127.0.0.1", other.port())))) {
            assertThat(failure(configuration(listener.port(), "VERIFY_FULL", "localhost")))
                    .isEqualTo(TaskError.of(ErrorCode.TLS_FAILED, OracleFailures.WITHOUT_TLS));
            assertThat(other.wasReached()).isFalse();
        }
    }

    @Test
    void theAddressThatAListenerLeadsToHasToProveTheConfiguredHost() throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        try (FakeServer other = encrypted((socket, server) -> asked.complete(TnsPacket.answer(socket, REFUSAL)));
                FakeServer listener = encrypted((socket, server) ->
                        TnsPacket.answer(socket, TnsPacket.redirect("tcps", "127.0.0.1", other.port())))) {
            assertThat(failure(configuration(listener.port(), "VERIFY_FULL", "localhost"))
                            .message())
                    .contains("knows no service");
            assertThat(asked.get(10, TimeUnit.SECONDS)).isNotEmpty();
        }
    }

    private static FakeServer encrypted(FakeServer.Script script) {
        return FakeServer.that((socket, server) -> script.serve(overTls(socket), server));
    }

    private static Socket overTls(Socket socket) throws IOException {
        SSLSocket encrypted =
                (SSLSocket) certificate.context().getSocketFactory().createSocket(socket, null, true);
        encrypted.setUseClientMode(false);
        return encrypted;
    }

    private static TaskError failure(ObjectNode configuration) {
        try (SourceConnection connection = new SourceConnection(Technology.ORACLE, SERVER::source, configuration)) {
            return connection.failedCrawl();
        }
    }

    private static ObjectNode configuration(int port, String mode, @Nullable String host) {
        ObjectNode configuration =
                SERVER.configurations(port, "shop").getFirst().put("host", host);
        configuration.putObject("tls").put("mode", mode).put("caCertificate", certificate.pem());
        return configuration;
    }
}
