package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.execution.RunFailures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;

class DialTest {
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final CountDownLatch end = new CountDownLatch(1);

    @Test
    void whatWasNotReachedIsNamedThoughTheDriverGivesUpItsSocketBeforeTheLimitAndItselfAfterIt() throws Exception {
        try (FullPort full = new FullPort()) {
            TaskError error = failure(full.port());

            assertThat(error.code()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(error.message())
                    .contains(":" + full.port() + " did not answer", "open the firewall between the workers and ");
        }
    }

    @Test
    void whatRefusesIsNamedThoughTheDriverTriesUntilTheLimit() throws Exception {
        try (Socket reserved = new Socket()) {
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            TaskError error = failure(reserved.getLocalPort());

            assertThat(error.code()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
            assertThat(error.message())
                    .endsWith("open the firewall between the workers and localhost:" + reserved.getLocalPort());
        }
    }

    @Test
    void whatWasReachedAndHangsIsNotTakenForAFirewall() throws Exception {
        try (FakeServer silent = FakeServer.thatIsSilent()) {
            TaskError error = failure(silent.port());

            assertThat(error.code()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(error.message()).isEqualTo("the source did not answer within 2000 ms");
        }
    }

    /** What comes of a driver that tries a socket for a tenth of a second, and goes on whatever comes of it. */
    private TaskError failure(int port) {
        try (Dial dial = new SourceDialer(new NetworkProperties(true, LIMIT), new StandardEnvironment(), Set::of)
                .dial(TlsMode.DISABLE, null, () -> new AnswerCheck(Limits.DEFAULT))) {
            return RunFailures.errorOf(catchThrowable(() ->
                    dial.within(LIMIT, Target.postgres(port).execution(TaskType.VALIDATE), () -> {
                        try (Socket socket = dial.newSocket()) {
                            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 100);
                            end.await();
                        } catch (IOException e) {
                            end.await();
                        }
                        return true;
                    })));
        } finally {
            end.countDown();
        }
    }
}
