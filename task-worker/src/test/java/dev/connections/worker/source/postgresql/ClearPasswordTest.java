package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.embedded.PostgresServer;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.ServerCertificate;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.Target;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

/** A password leaves the worker in clear text only for a server that has proven who it is. */
class ClearPasswordTest {
    private static final String PASSWORD = "s3cret-of-app";

    @TempDir
    static Path folder;

    private static ServerCertificate certificate;
    private static PostgresServer postgres;

    private final JdbcSessions sessions = sessions();

    @BeforeAll
    static void start() throws Exception {
        certificate = ServerCertificate.make(folder);
        Path rules = Files.writeString(folder.resolve("rules.conf"), """
                local all all trust
                host all postgres 127.0.0.1/32 trust
                host all app 127.0.0.1/32 password
                """);
        Map<String, String> settings = new HashMap<>(certificate.serverSettings());
        settings.put("hba_file", rules.toString());
        postgres = PostgresServer.startTemporary(settings).createDatabase("shop", "app", PASSWORD);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER", "REQUIRE"})
    void aServerThatWasNotVerifiedIsRefused(String mode) {
        assertThat(failure(Target.postgres(postgres.port()).tls(mode, null)))
                .isEqualTo(TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the server asks for the password in clear text, which it gets only over TLS that verifies it"
                                + " (VERIFY_CA, VERIFY_FULL), or for GSSAPI or SSPI, which are not supported; set the TLS"
                                + " mode, or let the server use scram-sha-256"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"VERIFY_CA", "VERIFY_FULL"})
    void aServerThatWasVerifiedGetsIt(String mode) throws Exception {
        Target target = Target.postgres(postgres.port()).host("localhost").tls(mode, certificate.pem());
        try (JdbcSession session = open(target)) {
            assertThat(session.connection().isValid(5)).isTrue();
        }
    }

    @Test
    void nothingOfThePasswordIsSentToAServerThatAsksForIt() throws Exception {
        CompletableFuture<String> sent = new CompletableFuture<>();
        try (FakeServer server = FakeServer.that((socket, self) -> asksForThePassword(socket, sent))) {
            assertThat(failure(Target.postgres(server.port())).code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
            assertThat(sent.get(20, TimeUnit.SECONDS)).contains("user").doesNotContain(PASSWORD);
        }
    }

    private static void asksForThePassword(Socket socket, CompletableFuture<String> sent) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] first = new byte[8];
        int read = in.readNBytes(first, 0, first.length);
        // AuthenticationCleartextPassword
        socket.getOutputStream().write(new byte[] {'R', 0, 0, 0, 8, 0, 0, 0, 3});
        sent.complete(new String(first, 0, read, StandardCharsets.ISO_8859_1)
                + new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    }

    private TaskError failure(Target target) {
        return catchThrowableOfType(RunFailedException.class, () -> open(target).close())
                .error();
    }

    private JdbcSession open(Target target) throws Exception {
        return sessions.open(target.execution(TaskType.VALIDATE), target.server(), null);
    }

    private static JdbcSessions sessions() {
        SourceDialer dialer =
                new SourceDialer(new NetworkProperties(true, Duration.ofSeconds(20)), new MockEnvironment(), Set::of);
        return new JdbcSessions(dialer, new PostgresSource(dialer), new PostgresDialect());
    }
}
