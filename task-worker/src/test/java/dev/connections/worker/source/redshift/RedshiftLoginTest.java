package dev.connections.worker.source.redshift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.ServerCertificate;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.TlsFinding;
import dev.connections.worker.source.pgwire.WireRelay;
import dev.connections.worker.source.pgwire.WireSourceServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Which logins work over which TLS, and what a server may ask for. */
class RedshiftLoginTest {
    private static final int OK = 0;
    private static final int CLEAR_PASSWORD = 3;
    private static final int MD5 = 5;
    private static final int KERBEROS = 7;
    private static final int SCRAM = 10;
    private static final int DIGEST = 13;
    private static final int IDENTITY_PROVIDER = 14;

    @TempDir
    static Path folder;

    private static final RedshiftSourceServer SERVER = RedshiftSourceServer.shared();
    private static ServerCertificate certificate;
    private static WireRelay encrypted;

    @BeforeAll
    static void start() throws Exception {
        certificate = ServerCertificate.make(folder);
        encrypted = new WireRelay(SERVER.postgres().port(), certificate.context());
        SERVER.execute("postgres", "create role clear login superuser password '" + WireSourceServer.SECRET + "'");
    }

    @AfterAll
    static void stop() throws IOException {
        encrypted.close();
        SERVER.execute("postgres", "drop role clear");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PREFER", "REQUIRE", "VERIFY_CA", "VERIFY_FULL"})
    void aLoginByDigestWorksOverAnyTls(String mode) throws Exception {
        List<Finding> findings = validate(configuration(encrypted.port(), WireSourceServer.USER, mode));
        assertThat(findings.getFirst().message()).startsWith("TLSv1.3, the server's certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER"})
    void aServerWithoutTlsIsLoggedInToWhereThatMayBe(String mode) throws Exception {
        List<Finding> findings = validate(configuration(SERVER.port(), WireSourceServer.USER, mode));
        assertThat(findings.getFirst().message()).contains("nothing it sends is encrypted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUIRE", "VERIFY_CA", "VERIFY_FULL"})
    void aServerWithoutTlsIsRefusedWhereTlsIsRequired(String mode) {
        assertThat(failure(configuration(SERVER.port(), WireSourceServer.USER, mode)))
                .isEqualTo(TaskError.of(ErrorCode.TLS_FAILED, TlsFinding.NOT_OFFERED));
    }

    @Test
    void aCertificateThatNobodyTrustsIsRefused() {
        ObjectNode configuration = configuration(encrypted.port(), WireSourceServer.USER, "VERIFY_CA");
        configuration.withObject("/tls").remove("caCertificate");
        assertThat(failure(configuration).code()).isEqualTo(ErrorCode.TLS_FAILED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"VERIFY_CA", "VERIFY_FULL"})
    void aServerThatWasVerifiedGetsThePasswordInClear(String mode) throws Exception {
        assertThat(validate(configuration(encrypted.port(), "clear", mode))).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PREFER", "REQUIRE"})
    void aServerThatWasNotVerifiedDoesNotGetThePasswordInClear(String mode) {
        assertThat(failure(configuration(encrypted.port(), "clear", mode)))
                .isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, RedshiftFailures.CLEAR_PASSWORD));
    }

    @Test
    void nothingIsSentToAServerThatAsksForThePasswordInClear() throws Exception {
        assertNothingIsSent(request(CLEAR_PASSWORD, new byte[0]), RedshiftFailures.CLEAR_PASSWORD);
    }

    @ParameterizedTest
    @ValueSource(ints = {KERBEROS, SCRAM, IDENTITY_PROVIDER, 99})
    void nothingIsSentToAServerThatAsksForAnotherLogin(int method) throws Exception {
        assertNothingIsSent(request(method, new byte[8]), RedshiftFailures.LOGIN_UNKNOWN);
    }

    static Stream<Arguments> oddRequests() {
        byte[] clear = request(CLEAR_PASSWORD, new byte[0]);
        return Stream.of(
                Arguments.of("a salt of two gigabytes", request(DIGEST, digest(0, Integer.MAX_VALUE, new byte[16]))),
                Arguments.of("a salt of a negative length", request(DIGEST, digest(0, -1, new byte[16]))),
                Arguments.of("a salt that is longer than the message", request(DIGEST, digest(0, 64, new byte[16]))),
                Arguments.of("an algorithm that there is not", request(DIGEST, digest(7, 4, new byte[16]))),
                Arguments.of("a digest of nothing", request(DIGEST, new byte[0])),
                Arguments.of("a digest with another request in it", request(DIGEST, joined(whole(), clear))),
                Arguments.of("MD5 with another request in it", request(MD5, joined(new byte[4], clear))),
                Arguments.of("MD5 without a salt", request(MD5, new byte[0])),
                Arguments.of("an end with another request in it", request(OK, clear)));
    }

    /** A driver takes what follows within a message for the next one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("oddRequests")
    void nothingIsSentToAServerWhoseRequestIsNotAsLongAsItSays(String what, byte[] request) throws Exception {
        assertNothingIsSent(request, RedshiftFailures.NOT_REDSHIFT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"server_protocol_version\0" + "2\0", "a\0b\0Z\0", "a\0b"})
    void settingsThatWouldChangeHowMessagesAreReadAreRefused(String setting) throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        byte[] message = setting.getBytes(StandardCharsets.UTF_8);
        byte[] sent = joined(
                request(OK, new byte[0]),
                ByteBuffer.allocate(5 + message.length)
                        .put((byte) 'S')
                        .putInt(4 + message.length)
                        .put(message)
                        .array());
        try (FakeServer server = asking(sent, answer)) {
            assertThat(failure(configuration(server.port(), WireSourceServer.USER, "DISABLE"))
                            .message())
                    .isEqualTo(RedshiftFailures.NOT_REDSHIFT);
        }
    }

    /** Only a cluster has this login: what the driver sends shows that it takes part in it. */
    @Test
    void aDigestOfAClusterIsAnsweredWithoutThePassword() throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        try (FakeServer server = asking(request(DIGEST, whole()), answer)) {
            assertThat(failure(configuration(server.port(), WireSourceServer.USER, "DISABLE"))
                            .retryable())
                    .isTrue();
        }
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo((int) 'd');
    }

    @ParameterizedTest
    @ValueSource(strings = {"28000", "28P01", "3D000", "42501", "57P03", "?????"})
    void whatAServerRepeatsOfThePasswordIsNotShown(String state) throws Exception {
        String said = "SFATAL\0C" + state + "\0Myour password is " + WireSourceServer.SECRET + "\0\0";
        try (FakeServer server = FakeServer.thatSays("E\0\0\0" + (char) (said.length() + 4) + said)) {
            TaskError error = failure(configuration(server.port(), WireSourceServer.USER, "DISABLE"));
            assertThat(error.message()).isNotBlank().doesNotContain(WireSourceServer.SECRET, "your password is");
        }
    }

    private static void assertNothingIsSent(byte[] request, String message) throws Exception {
        CompletableFuture<Integer> answer = new CompletableFuture<>();
        try (FakeServer server = asking(request, answer)) {
            assertThat(failure(configuration(server.port(), WireSourceServer.USER, "DISABLE"))
                            .message())
                    .isEqualTo(message);
        }
        assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
    }

    /** A request for a digest as clusters send it. */
    private static byte[] whole() {
        return ByteBuffer.allocate(48)
                .putInt(0)
                .putInt(16)
                .put(new byte[16])
                .putInt(20)
                .put(new byte[20])
                .array();
    }

    private static byte[] joined(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length)
                .put(one)
                .put(other)
                .array();
    }

    private static byte[] digest(int algorithm, int length, byte[] salt) {
        return ByteBuffer.allocate(8 + salt.length)
                .putInt(algorithm)
                .putInt(length)
                .put(salt)
                .array();
    }

    private static byte[] request(int method, byte[] rest) {
        return ByteBuffer.allocate(9 + rest.length)
                .put((byte) 'R')
                .putInt(8 + rest.length)
                .putInt(method)
                .put(rest)
                .array();
    }

    /** Asks for a login, and keeps the first byte of the answer; -1 where the client goes without one. */
    private static FakeServer asking(byte[] request, CompletableFuture<Integer> answer) {
        return FakeServer.that((socket, server) -> {
            DataInputStream in = startup(socket);
            socket.getOutputStream().write(request);
            answer.complete(in.read());
        });
    }

    private static DataInputStream startup(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.skipNBytes(in.readInt() - 4L);
        return in;
    }

    private static List<Finding> validate(ObjectNode configuration) throws Exception {
        try (SourceConnection connection = new SourceConnection(SERVER, configuration)) {
            return connection.validate();
        }
    }

    /** The error of a login. */
    private static TaskError failure(ObjectNode configuration) {
        try (SourceConnection connection = new SourceConnection(SERVER, configuration)) {
            return connection.failedCrawl();
        }
    }

    private static ObjectNode configuration(int port, String user, String mode) {
        ObjectNode configuration = SERVER.configurations(port, "template1").getFirst();
        configuration.put("host", "localhost");
        configuration.putObject("tls").put("mode", mode).put("caCertificate", certificate.pem());
        configuration.withObject("/credential").put("username", user);
        return configuration;
    }
}
