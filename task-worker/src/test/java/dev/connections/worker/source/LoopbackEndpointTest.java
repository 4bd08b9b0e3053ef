package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.execution.RunFailedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;

class LoopbackEndpointTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @Test
    void whatTheDriverAsksAndTheSourceAnswersGoesThrough() throws Exception {
        try (FakeServer source = FakeServer.thatSays("answer");
                Dial dial = dial(true);
                Socket driver = connect(open(dial, source.port()))) {
            driver.getOutputStream().write('?');
            assertThat(driver.getInputStream().readNBytes(6)).isEqualTo("answer".getBytes(StandardCharsets.US_ASCII));
            assertThat(driver.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aSourceThatHangsUpIsTheReasonForWhatTheDriverThrows() throws Exception {
        SQLException thrown = new SQLException("no bytes");
        try (FakeServer source = FakeServer.thatHangsUp();
                Dial dial = dial(true);
                Socket driver = connect(open(dial, source.port()))) {
            assertThat(driver.getInputStream().read()).isEqualTo(-1);
            assertThat(dial.explained(thrown)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aDriverThatHangsUpIsNoReason() throws Exception {
        SQLException thrown = new SQLException("no sense");
        try (FakeServer source = FakeServer.thatIsSilent();
                Dial dial = dial(true)) {
            int port = open(dial, source.port());
            connect(port).close();
            awaitClosed(port);
            assertThat(dial.explained(thrown)).isSameAs(thrown);
        }
    }

    @Test
    void onlyOneConnectionIsTaken() throws Exception {
        try (FakeServer source = FakeServer.thatSays("answer");
                Dial dial = dial(true)) {
            int port = open(dial, source.port());
            try (Socket driver = connect(port);
                    Socket other = connect(port)) {
                other.getOutputStream().write('?');
                driver.getOutputStream().write('?');
                assertThat(driver.getInputStream().readNBytes(6)).hasSize(6);
                assertThatThrownBy(() -> requireByte(other)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void thePortEndsWithTheDialWhetherItWasUsedOrNot() throws Exception {
        Dial unused = dial(true);
        Dial used = dial(true);
        try (FakeServer source = FakeServer.thatIsSilent()) {
            int unusedPort = open(unused, source.port());
            int usedPort = open(used, source.port());
            try (Socket driver = connect(usedPort)) {
                unused.close();
                used.close();
                assertThat(isCutOff(driver)).isTrue();
            }
            awaitClosed(unusedPort);
            awaitClosed(usedPort);
        }
    }

    @Test
    void anAddressThatIsRefusedGetsNoPort() throws Exception {
        try (FakeServer source = FakeServer.thatIsSilent();
                Dial dial = dial(false)) {
            assertThatThrownBy(() -> open(dial, source.port()))
                    .cause()
                    .isInstanceOfSatisfying(
                            RunFailedException.class,
                            refused -> assertThat(refused.error().code()).isEqualTo(ErrorCode.HOST_NOT_ALLOWED));
            assertThat(source.wasReached()).isFalse();
        }
    }

    /** By its end or a reset, as the port may not have taken the connection yet. */
    private static boolean isCutOff(Socket driver) throws IOException {
        try {
            return driver.getInputStream().read() == -1;
        } catch (SocketException e) {
            return true;
        }
    }

    private static Dial dial(boolean allowPrivate) {
        return new SourceDialer(new NetworkProperties(allowPrivate, LIMIT), new StandardEnvironment(), Set::of)
                .dial(TlsMode.DISABLE, null, () -> new AnswerCheck(Limits.DEFAULT));
    }

    private static int open(Dial dial, int port) throws Exception {
        Execution execution = Target.postgres(port).execution(TaskType.CRAWL);
        SourceHost host = SourceHost.of("127.0.0.1", port);
        return dial.within(
                LIMIT, execution, () -> LoopbackEndpoint.to(host, false).port());
    }

    private static Socket connect(int port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private static void requireByte(Socket socket) throws IOException {
        if (socket.getInputStream().read() < 0) {
            throw new IOException("closed");
        }
    }

    private static void awaitClosed(int port) {
        await().until(() -> {
            try (Socket late = connect(port)) {
                return !late.isConnected();
            } catch (ConnectException e) {
                return true;
            }
        });
    }
}
