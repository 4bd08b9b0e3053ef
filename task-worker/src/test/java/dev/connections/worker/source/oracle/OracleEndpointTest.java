package dev.connections.worker.source.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.SourceLimitException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

/** What other processes of the machine can do at the port where a driver dials, and how it ends. */
class OracleEndpointTest {
    private static final int FAILED = 1;
    private static final int CONNECTED = 0;

    private final FakeServer server = FakeServer.thatIsSilent();
    private final Dial dial = new SourceDialer(
                    new NetworkProperties(true, Duration.ofSeconds(20)), new MockEnvironment(), Set::of)
            .dial(TlsMode.DISABLE, null, () -> new OracleAnswers(Limits.DEFAULT, TlsMode.DISABLE));
    private OracleEndpoint endpoint;

    @BeforeEach
    void open() throws IOException {
        endpoint = new OracleEndpoint(dial, SourceHost.of("127.0.0.1", server.port()), false);
    }

    @AfterEach
    void close() throws IOException {
        endpoint.close();
        dial.close();
        server.close();
    }

    @Test
    void whoKnowsTheNameIsConnectedToTheHost() throws Exception {
        try (Socket driver = socket()) {
            assertThat(ask(driver, endpoint.name(), server.port())).isEqualTo(CONNECTED);
            server.awaitConnection();
        }
    }

    @Test
    void whoDoesNotKnowTheNameIsConnectedToNothing() throws Exception {
        for (String name : new String[] {"127.0.0.1", "localhost", "db-.invalid", ""}) {
            try (Socket stranger = socket()) {
                assertThat(ask(stranger, name, server.port())).as(name).isEqualTo(-1);
            }
        }
        assertThat(server.wasReached()).isFalse();
    }

    @Test
    void theNameLeadsToNoOtherPort() throws Exception {
        try (FakeServer other = FakeServer.thatIsSilent();
                Socket stranger = socket()) {
            assertThat(ask(stranger, endpoint.name(), other.port())).isEqualTo(-1);
            assertThat(other.wasReached()).isFalse();
        }
    }

    @Test
    void anAddressThatIsForbiddenIsNotDialed() throws Exception {
        try (Socket driver = socket();
                Socket redirected = socket()) {
            assertThat(ask(driver, endpoint.name(), server.port())).isEqualTo(CONNECTED);
            assertThat(ask(redirected, "169.254.169.254", 80)).isEqualTo(FAILED);
            assertThat(dial.isBroken()).isTrue();
        }
    }

    @Test
    void itTakesNoMoreConnectionsThanALoginNeeds() throws Exception {
        for (int i = 0; i < 6; i++) {
            try (Socket driver = socket()) {
                assertThat(ask(driver, endpoint.name(), server.port())).isEqualTo(CONNECTED);
            }
        }
        try (Socket driver = socket()) {
            assertThat(ask(driver, endpoint.name(), server.port())).isEqualTo(-1);
        }
    }

    @Test
    void itsConnectionsEndWithTheDialAndItsPortWithTheLogin() throws Exception {
        try (Socket driver = socket()) {
            assertThat(ask(driver, endpoint.name(), server.port())).isEqualTo(CONNECTED);
            endpoint.close();
            await().until(() -> isRefused(endpoint.port()));
            dial.close();
            assertThat(driver.getInputStream().read()).isEqualTo(-1);
        }
        awaitNoThreads();
    }

    @Test
    void aDriverThatStaysWhenTheServerHasGoneIsCutOffWithTheDial() throws Exception {
        try (FakeServer gone = FakeServer.that((socket, it) -> socket.close());
                Socket driver = new Socket()) {
            try (OracleEndpoint leading = leadTo(gone)) {
                driver.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), leading.port()));
                assertThat(ask(driver, leading.name(), gone.port())).isEqualTo(CONNECTED);
                assertThat(drained(driver)).isZero();
            }
            dial.close();
            awaitNoThreads();
        }
    }

    @Test
    void aDriverThatDoesNotReadIsCutOffWithTheDial() throws Exception {
        byte[] chunk = new byte[1 << 20];
        try (FakeServer busy = FakeServer.that((socket, it) -> {
                    for (int i = 0; i < 32; i++) {
                        socket.getOutputStream().write(chunk);
                    }
                });
                Socket driver = new Socket()) {
            try (OracleEndpoint leading = leadTo(busy)) {
                driver.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), leading.port()));
                assertThat(ask(driver, leading.name(), busy.port())).isEqualTo(CONNECTED);
                await().until(() -> threads().anyMatch(OracleEndpointTest::writes));
            }
            dial.close();
            awaitNoThreads();
        }
    }

    private OracleEndpoint leadTo(FakeServer other) throws IOException {
        return new OracleEndpoint(dial, SourceHost.of("127.0.0.1", other.port()), false);
    }

    private static boolean writes(Thread thread) {
        return Stream.of(thread.getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("write"));
    }

    private void awaitNoThreads() {
        endpoint.close();
        await().until(() -> threads().findAny().isEmpty());
    }

    private static Stream<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("oracle-"));
    }

    private static boolean isRefused(int port) throws IOException {
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return false;
        } catch (ConnectException e) {
            return true;
        }
    }

    @Test
    void aConnectionThatDoesNotBeginWithTlsIsCutWhereItHasTo() throws Exception {
        CompletableFuture<Integer> sent = new CompletableFuture<>();
        try (FakeServer plain = FakeServer.that(
                        (socket, it) -> sent.complete(socket.getInputStream().read()));
                OracleEndpoint encrypted = new OracleEndpoint(dial, SourceHost.of("127.0.0.1", plain.port()), true);
                Socket driver = new Socket(InetAddress.getLoopbackAddress(), encrypted.port())) {
            assertThat(ask(driver, encrypted.name(), plain.port())).isEqualTo(CONNECTED);
            driver.getOutputStream().write(new byte[] {0, 8, 0, 0, 1, 0, 0, 0});
            assertThat(sent.get(10, TimeUnit.SECONDS)).isEqualTo(-1);
            assertThat(dial.isBroken()).isTrue();
        }
    }

    @Test
    void anAnswerThatDoesNotEndIsCutOffAndKnown() throws Exception {
        byte[] megabyte = new byte[1 << 20];
        try (FakeServer flood = FakeServer.that((socket, it) -> {
                    while (true) {
                        socket.getOutputStream().write(megabyte);
                    }
                });
                OracleEndpoint leading = leadTo(flood);
                Socket driver = new Socket(InetAddress.getLoopbackAddress(), leading.port())) {
            assertThat(ask(driver, leading.name(), flood.port())).isEqualTo(CONNECTED);
            long read = drained(driver);
            assertThat(read).isBetween(0L, Limits.DEFAULT.answer().toBytes());
            assertThat(dial.explained(new SQLException())).isInstanceOf(SourceLimitException.class);
        }
    }

    private static long drained(Socket driver) {
        byte[] buffer = new byte[1 << 16];
        long all = 0;
        try {
            for (int read = driver.getInputStream().read(buffer); read >= 0; ) {
                all += read;
                read = driver.getInputStream().read(buffer);
            }
        } catch (IOException e) {
            // Cut off.
        }
        return all;
    }

    private Socket socket() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
    }

    /** Asks for a connection as the driver does; -1 where the endpoint hangs up. */
    private static int ask(Socket socket, String name, int port) throws IOException {
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(new byte[] {5, 2, 0, 2, 5, 1, 0, 3, (byte) name.length()});
        request.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
        request.write(port >> 8);
        request.write(port);
        try {
            socket.getOutputStream().write(request.toByteArray());
            byte[] answer = socket.getInputStream().readNBytes(12);
            return answer.length < 12 ? -1 : answer[3];
        } catch (IOException e) {
            return -1;
        }
    }
}
