package dev.connections.worker.source.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connections.connection.Technology;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.SourceConnection;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What Oracle's driver does with the answers of scripted listeners, and what is made of that. */
class OracleLoginTest {
    private static final int UNKNOWN_SERVICE = 12514;

    private static final OracleSourceServer SERVER = OracleSourceServer.shared();

    @ParameterizedTest
    @CsvSource({
        "12514, REMOTE_ERROR, false, knows no service",
        "12505, REMOTE_ERROR, false, knows no service",
        "12504, REMOTE_ERROR, false, knows no service",
        "12516, REMOTE_ERROR, true, too many sessions",
        "12519, REMOTE_ERROR, true, too many sessions",
        "12520, REMOTE_ERROR, true, too many sessions",
        "12528, REMOTE_ERROR, true, takes no logins",
        "12535, TIMEOUT, true, in time",
        "12564, REMOTE_ERROR, true, without a reason"
    })
    void aRefusalOfTheListenerIsSaidInOurWords(int number, ErrorCode code, boolean retryable, String words)
            throws Exception {
        try (FakeServer listener = TnsPacket.answering(
                TnsPacket.refusal(number, "(ERROR=(CODE=" + OracleSourceServer.SECRET + ")(EMFI=4))"))) {
            TaskError error = failure(configuration(listener.port(), "DISABLE"));
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.retryable()).isEqualTo(retryable);
            assertThat(error.message())
                    .contains(words)
                    .doesNotContain(OracleSourceServer.SECRET, ".invalid", "CONNECTION_ID", "http", "127.0.0.1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1017, AUTHENTICATION_FAILED, false",
        "28000, AUTHENTICATION_FAILED, false",
        "28001, AUTHENTICATION_FAILED, false",
        "1045, PERMISSION_DENIED, false",
        "1033, REMOTE_ERROR, true",
        "1109, REMOTE_ERROR, true",
        "9999, REMOTE_ERROR, false"
    })
    void theNumberOfALoginsErrorSaysWhatItIs(int number, ErrorCode code, boolean retryable) {
        TaskError error = Objects.requireNonNull(OracleFailures.ofLogin(number));
        assertThat(error.code()).isEqualTo(code);
        assertThat(error.retryable()).isEqualTo(retryable);
    }

    @Test
    void aListenerMaySendTheDriverOnToAnotherAddress() throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        try (FakeServer other = FakeServer.that((socket, server) ->
                        asked.complete(TnsPacket.answer(socket, TnsPacket.refusal(UNKNOWN_SERVICE, ""))));
                FakeServer listener = TnsPacket.answering(TnsPacket.redirect("tcp", "localhost", other.port()))) {
            assertThat(failure(configuration(listener.port(), "DISABLE")).message())
                    .contains("knows no service");
            assertThat(other.wasReached()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "fe80::1", "0.0.0.0", "::ffff:169.254.169.254", "[fd00:ec2::254]"})
    void aListenerCannotSendTheDriverToAForbiddenAddress(String host) throws Exception {
        try (FakeServer listener = TnsPacket.answering(TnsPacket.redirect("tcp", host, 80))) {
            assertThat(failure(configuration(listener.port(), "DISABLE")).code())
                    .isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "x;y", "host\u0001", "-odd"})
    void aListenerThatNamesNoAddressIsAClearError(String host) throws Exception {
        try (FakeServer listener = TnsPacket.answering(TnsPacket.redirect("tcp", host, 80))) {
            assertThat(failure(configuration(listener.port(), "DISABLE")).message())
                    .isNotBlank()
                    .doesNotContain("Exception", host);
        }
    }

    @Test
    void aListenerThatSendsTheDriverInCirclesIsLeft() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        try (FakeServer listener = FakeServer.that((socket, server) -> {
            asked.incrementAndGet();
            TnsPacket.answer(socket, TnsPacket.redirect("tcp", "127.0.0.1", port.join()));
        })) {
            port.complete(listener.port());
            TaskError error = failure(configuration(listener.port(), "DISABLE"));
            assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
            // Two logins, and the probe of a validation.
            assertThat(asked.get()).isLessThanOrEqualTo(13);
        }
    }

    @Test
    void aListenerWithoutTlsCannotLeadToAnAddressWithIt() throws Exception {
        try (FakeServer other = FakeServer.thatIsSilent();
                FakeServer listener = TnsPacket.answering(TnsPacket.redirect("tcps", "127.0.0.1", other.port()))) {
            TaskError error = failure(configuration(listener.port(), "DISABLE"));
            assertThat(error.code()).isEqualTo(ErrorCode.TLS_FAILED);
            assertThat(error.message()).startsWith("the listener leads to an address with TLS");
        }
    }

    @Test
    void theListenerHearsOfTheRunAndNothingOfTheWorkersMachine() throws Exception {
        CompletableFuture<String> asked = new CompletableFuture<>();
        try (FakeServer listener = FakeServer.that(
                (socket, server) -> asked.complete(TnsPacket.answer(socket, TnsPacket.refusal(UNKNOWN_SERVICE, ""))))) {
            ObjectNode configuration = configuration(listener.port(), "DISABLE");
            configuration.putObject("properties").put("v$session.program", "x)(ADDRESS=(HOST=evil))");
            assertThat(failure(configuration).code()).isEqualTo(ErrorCode.REMOTE_ERROR);
        }
        String said = asked.get(10, TimeUnit.SECONDS);
        assertThat(said)
                .containsPattern(Pattern.compile(
                        "\\(PROGRAM=x__ADDRESS_ [0-9a-f-]{36}\\)\\(HOST=connections\\)" + "\\(USER=connections\\)"))
                .contains("(SERVICE_NAME=shop)")
                .doesNotContain("evil", ".invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shop)(HOST=evil", "shop))(ADDRESS=(PROTOCOL=tcp)", "a b", "shop'", "\"shop\"", "shop=x"})
    void aServiceNameThatWouldChangeTheDescriptorIsRefused(String service) throws Exception {
        try (FakeServer listener = FakeServer.thatIsSilent()) {
            ObjectNode configuration = configuration(listener.port(), "DISABLE").put("database", service);
            assertThat(failure(configuration).message()).startsWith("database is no service name");
        }
    }

    @Test
    void aHostThatWouldChangeTheDescriptorIsRefused() {
        ObjectNode configuration = configuration(1521, "DISABLE").put("host", "localhost)(PORT=1)");
        assertThat(failure(configuration).code()).isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
    }

    @Test
    void aConnectionWithoutAServiceIsAskedForOne() throws Exception {
        try (FakeServer listener = FakeServer.thatIsSilent()) {
            ObjectNode configuration = configuration(listener.port(), "DISABLE");
            configuration.remove("database");
            assertThat(failure(configuration).message()).contains("set database to the service's name");
        }
    }

    @ParameterizedTest
    @CsvSource({"11, 2, false", "12, 1, false", "12, 2, true", "19, 0, true", "23, 26, true"})
    void aDatabaseThatIsTooOldIsRefused(int major, int minor, boolean supported) {
        DatabaseMetaData server = (DatabaseMetaData) Proxy.newProxyInstance(
                DatabaseMetaData.class.getClassLoader(),
                new Class<?>[] {DatabaseMetaData.class},
                (proxy, method, arguments) -> method.getName().equals("getDatabaseMajorVersion") ? major : minor);
        Throwable thrown = catchThrowable(() -> OracleSession.requireSupported(server));
        assertThat(thrown == null).isEqualTo(supported);
        if (thrown != null) {
            assertThat(thrown).hasMessageContaining("crawls need 12.2 or later");
        }
    }

    /** The errors of a validation's login and of a crawl are the same. */
    private static TaskError failure(ObjectNode configuration) {
        try (SourceConnection connection = new SourceConnection(Technology.ORACLE, SERVER::source, configuration)) {
            TaskError error = connection.failedCrawl();
            assertThat(List.of(connection.failedValidation())).containsExactly(error);
            return error;
        }
    }

    private static ObjectNode configuration(int port, String mode) {
        ObjectNode configuration = SERVER.configurations(port, "shop").getFirst();
        configuration.putObject("tls").put("mode", mode);
        return configuration;
    }
}
