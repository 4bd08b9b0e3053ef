package dev.connections.worker.source.teradata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunFailures;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.ServerCertificate;
import dev.connections.worker.source.SourceConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What Teradata's own driver does against servers that are scripted: nobody here has a system to log in to. */
class TeradataLoginTest {
    @TempDir
    private static Path folder;

    private static ServerCertificate certificate;

    @BeforeAll
    static void make() throws Exception {
        certificate = ServerCertificate.make(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER", "REQUIRE"})
    void aServerThatTlsDoesNotVerifyGetsNoLogin(String mode) throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            TaskError error = login(false, TeradataSourceServer.configuration("localhost", server.port(), mode, null));
            assertThat(error).isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, TeradataFailures.UNVERIFIED));
            assertThat(server.wasReached()).isFalse();
        }
    }

    @Test
    void overTlsTheDriverBeginsWithAnUpgradeToAWebSocket() throws Exception {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        try (FakeServer server =
                encrypted((socket, said) -> asked.add(read(socket)), "HTTP/1.1 404 Not Found\r\n\r\n")) {
            TaskError error = login(false, verified(server.port()));
            assertThat(asked.poll(20, TimeUnit.SECONDS)).startsWith("GET /gateway HTTP/1.1\r\nHost: 127.0.0.1");
            assertUnclear(error);
        }
    }

    @Test
    void aCertificateOfAnotherAuthorityEndsTheLoginBeforeTheDriverSpeaks() throws Exception {
        try (FakeServer server = encrypted((socket, said) -> {}, "")) {
            ObjectNode configuration =
                    TeradataSourceServer.configuration("localhost", server.port(), "VERIFY_FULL", null);
            assertThat(login(false, configuration).code()).isEqualTo(ErrorCode.TLS_FAILED);
        }
    }

    @Test
    void withoutTlsTheDriverBeginsWithAMessageThatHasNoSecret() throws Exception {
        BlockingQueue<String> asked = new LinkedBlockingQueue<>();
        try (FakeServer server = FakeServer.that((socket, self) -> asked.add(read(socket)))) {
            TaskError error = login(true, plain(server.port()));
            assertThat(asked.poll(20, TimeUnit.SECONDS))
                    .startsWith("\3\1\n")
                    .doesNotContain(TeradataSourceServer.SECRET, TeradataSourceServer.USER);
            assertUnclear(error);
        }
    }

    @Test
    void aMessageThatPromisesTooMuchIsRefusedBeforeTheDriverMakesRoom() throws Exception {
        try (FakeServer server = FakeServer.that((socket, self) -> {
            read(socket);
            byte[] header = new byte[52];
            header[0] = 3;
            header[3] = 0x7f;
            socket.getOutputStream().write(header);
            read(socket);
        })) {
            assertThat(login(true, plain(server.port())).code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\3",
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "\3\2\n\0\0\0\7\0\0\4",
                "a text that is longer than the header of a message, which has 52 bytes in Teradata's protocol"
            })
    void garbageIsAClearErrorThatIsTriedAgain(String answer) throws Exception {
        try (FakeServer server = FakeServer.thatSays(answer)) {
            assertUnclear(login(true, plain(server.port())));
        }
    }

    @Test
    void aMessageOfZerosIsAClearError() throws Exception {
        try (FakeServer server = FakeServer.that((socket, self) -> {
            read(socket);
            byte[] message = new byte[52 + 200];
            message[0] = 3;
            message[1] = 2;
            message[2] = 10;
            message[9] = (byte) 200;
            socket.getOutputStream().write(message);
            read(socket);
        })) {
            assertUnclear(login(true, plain(server.port())));
        }
    }

    @Test
    void aPasswordThatNamesAPlaceIsNotOpenedThere() throws Exception {
        try (FakeServer place = FakeServer.thatIsSilent();
                FakeServer server = FakeServer.thatIsSilent()) {
            ObjectNode configuration = plain(server.port());
            configuration
                    .withObject("/credential")
                    .put(
                            "password",
                            "ENCRYPTED_PASSWORD(http://127.0.0.1:%d/a,http://127.0.0.1:%1$d/b)"
                                    .formatted(place.port()));
            assertThat(login(true, configuration).code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
            assertThat(place.wasReached()).isFalse();
        }
    }

    @Test
    void theDriverAsksForNoProxyAndPrintsNoSecret() throws Exception {
        List<URI> asked = new CopyOnWriteArrayList<>();
        ProxySelector before = ProxySelector.getDefault();
        PrintStream out = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (FakeServer server = FakeServer.thatSays("HTTP/1.1 400 " + TeradataSourceServer.SECRET);
                PrintStream recorder = new PrintStream(printed, true, StandardCharsets.UTF_8)) {
            ProxySelector.setDefault(recording(asked));
            System.setOut(recorder);
            login(true, plain(server.port()));
        } finally {
            System.setOut(out);
            ProxySelector.setDefault(before);
        }
        assertThat(asked).isEmpty();
        assertThat(printed.toString(StandardCharsets.UTF_8)).doesNotContain(TeradataSourceServer.SECRET);
    }

    private static ProxySelector recording(List<URI> asked) {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                asked.add(uri);
                return List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException why) {}
        };
    }

    private static ObjectNode plain(int port) {
        return TeradataSourceServer.configuration("127.0.0.1", port, "DISABLE", null);
    }

    private static ObjectNode verified(int port) {
        return TeradataSourceServer.configuration("localhost", port, "VERIFY_FULL", certificate.pem());
    }

    /** What a server does with what it was asked, before it answers. */
    private interface Listening {
        void hear(Socket socket, FakeServer server) throws IOException;
    }

    private static FakeServer encrypted(Listening listening, String answer) {
        return FakeServer.that((socket, server) -> {
            try (SSLSocket tls =
                    (SSLSocket) certificate.context().getSocketFactory().createSocket(socket, null, true)) {
                tls.setUseClientMode(false);
                listening.hear(tls, server);
                tls.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            }
        });
    }

    private static String read(Socket socket) throws IOException {
        byte[] some = new byte[4_096];
        InputStream in = socket.getInputStream();
        int read = in.read(some);
        return new String(some, 0, Math.max(read, 0), StandardCharsets.ISO_8859_1);
    }

    /** The error of a crawl with the real driver. */
    private static TaskError login(boolean unverified, ObjectNode configuration) throws IOException {
        TeradataProperties properties = InstalledDriver.properties(unverified);
        try (SourceConnection connection = new SourceConnection(
                Technology.TERADATA, dialer -> new TeradataSource(dialer, properties), configuration)) {
            TaskError error = RunFailures.errorOf(catchThrowable(connection::crawl));
            assertThat(error.message()).doesNotContain(TeradataSourceServer.SECRET);
            return error;
        }
    }

    private static void assertUnclear(TaskError error) {
        assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
        assertThat(error.retryable()).isTrue();
        assertThat(error.message()).isNotBlank().doesNotContain("Exception", "java", "TeraJDBC");
    }
}
