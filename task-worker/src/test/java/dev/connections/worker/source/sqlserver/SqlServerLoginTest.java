package dev.connections.worker.source.sqlserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.sqlserver.jdbc.SQLServerDriver;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.StubCertificate;
import dev.connections.worker.source.TlsFinding;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Which logins work over which TLS, what a login says of a worker, and where a server may send it. */
class SqlServerLoginTest {
    private static final SqlServerSourceServer SERVER = SqlServerSourceServer.shared();
    private static final String DATABASE = "login";

    @ParameterizedTest
    @ValueSource(strings = {"VERIFY_CA", "VERIFY_FULL"})
    void aServerThatWasVerifiedIsLoggedInTo(String mode) throws Exception {
        SERVER.createDatabase(DATABASE);
        SERVER.server().takeLogins();
        ObjectNode configuration = configuration(SERVER.port(), mode);
        configuration.putObject("properties").put("applicationName", "catalog").put("multiSubnetFailover", "true");
        try (SourceConnection connection = new SourceConnection(SERVER, configuration)) {
            List<Finding> findings = connection.validate();
            assertThat(findings.getFirst().message())
                    .startsWith("TLSv1.2, the server's certificate was issued by a trusted");
            assertThat(findings.getLast()).isEqualTo(new Finding.Passed(null));
        } finally {
            SERVER.dropDatabase(DATABASE);
        }
        assertThat(SERVER.server().takeLogins()).singleElement().satisfies(login -> {
            assertThat(login.host()).isEqualTo("connections");
            assertThat(login.application()).startsWith("catalog ").hasSize("catalog ".length() + 36);
        });
    }

    /** The driver gives each attempt 8 % of its timeout where it dials all addresses at once. */
    @Test
    void aLoginToAllAddressesAtOnceHasAsMuchTimeAsAnother() {
        assertThat(SqlServerLogin.loginTimeout(Duration.ofSeconds(19), false)).isEqualTo(20);
        assertThat(SqlServerLogin.loginTimeout(Duration.ofSeconds(19), true)).isEqualTo(250);
        assertThat(SqlServerLogin.loginTimeout(Duration.ofDays(1), true)).isEqualTo(65_535);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER", "REQUIRE"})
    void aServerThatWasNotVerifiedGetsNoPassword(String mode) {
        SERVER.server().takeLogins();
        assertThat(failure(configuration(SERVER.port(), mode)))
                .isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, SqlServerFailures.NOT_VERIFIED));
        assertThat(SERVER.server().takeLogins()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"REQUIRE", "VERIFY_CA", "VERIFY_FULL"})
    void aServerWithoutTlsIsRefused(String mode) throws Exception {
        try (TdsServer plain = new TdsServer(SERVER.databases(), null)) {
            ObjectNode configuration = configuration(plain.port(), mode);
            assertThat(failure(configuration)).isEqualTo(TaskError.of(ErrorCode.TLS_FAILED, TlsFinding.NOT_OFFERED));
            if (!mode.equals("REQUIRE")) {
                assertThat(failedCrawl(configuration))
                        .isEqualTo(TaskError.of(ErrorCode.TLS_FAILED, TlsFinding.NOT_OFFERED));
            }
        }
    }

    @Test
    void aCertificateThatNobodyTrustsOrThatNamesAnotherHostIsRefused() {
        ObjectNode unknown = configuration(SERVER.port(), "VERIFY_CA");
        unknown.withObject("/tls").remove("caCertificate");
        assertThat(failure(unknown).message())
                .isEqualTo("the server's certificate was not issued by a trusted authority");
        assertThat(failedCrawl(unknown).code()).isEqualTo(ErrorCode.TLS_FAILED);
        ObjectNode other = configuration(SERVER.port(), "VERIFY_FULL").put("host", "127.0.0.1");
        assertThat(failure(other).message()).isEqualTo("the server's certificate does not name the configured host");
        assertThat(failedCrawl(other).code()).isEqualTo(ErrorCode.TLS_FAILED);
    }

    @Test
    void aDatabaseThatTheLoginMayNotOpenIsSaidSo() {
        ObjectNode configuration = configuration(SERVER.port(), "VERIFY_FULL").put("database", "nowhere");
        assertThat(failure(configuration)).satisfies(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(error.message()).startsWith("database \"nowhere\" does not exist or is not online");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "18456, AUTHENTICATION_FAILED, false, user name or the password",
        "18452, AUTHENTICATION_FAILED, false, mixed mode",
        "18470, AUTHENTICATION_FAILED, false, disabled",
        "18486, AUTHENTICATION_FAILED, false, locked out",
        "18487, AUTHENTICATION_FAILED, false, expired",
        "18488, AUTHENTICATION_FAILED, false, must be changed",
        "40615, CONNECTION_REFUSED, false, firewall",
        "40914, CONNECTION_REFUSED, false, firewall",
        "40613, REMOTE_ERROR, true, changing over",
        "10928, REMOTE_ERROR, true, too many connections",
        "12345, REMOTE_ERROR, false, error 12345"
    })
    void theErrorOfALoginIsInWordsOfThisService(int number, ErrorCode code, boolean retryable, String words)
            throws Exception {
        try (FakeServer refusing = server(session -> session.answer()
                .error(number, "no, " + TdsServer.SECRET)
                .done(2)
                .end())) {
            TaskError error = failure(configuration(refusing.port(), "VERIFY_FULL"));
            assertThat(error.code()).isEqualTo(code);
            assertThat(error.retryable()).isEqualTo(retryable);
            assertThat(error.message()).contains(words).doesNotContain(TdsServer.SECRET);
        }
    }

    @Test
    void aServerThatSendsTheLoginOnIsFollowedAndTheOtherIsVerifiedToo() throws Exception {
        SERVER.createDatabase(DATABASE);
        try (FakeServer gateway = server(session -> route(session, "localhost", SERVER.port()));
                FakeServer stranger = server(session -> route(session, "127.0.0.1", SERVER.port()));
                SourceConnection connection =
                        new SourceConnection(SERVER, configuration(gateway.port(), "VERIFY_FULL"))) {
            connection.settings = CatalogFixture.settings(List.of(DATABASE + "/**"), List.of());
            assertThat(connection.validate()).hasSize(3);
            assertThat(connection.crawl().objects().seen()).isEqualTo(2);
            // The certificate is that of a name.
            assertThat(failure(configuration(stranger.port(), "VERIFY_FULL")).code())
                    .isEqualTo(ErrorCode.TLS_FAILED);
        } finally {
            SERVER.dropDatabase(DATABASE);
        }
    }

    @Test
    void aServerThatSendsTheLoginToAForbiddenAddressIsNotFollowed() throws Exception {
        try (FakeServer gateway = server(session -> route(session, "169.254.169.254", 80))) {
            assertThat(failure(configuration(gateway.port(), "VERIFY_FULL")).code())
                    .isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
            assertThat(failedCrawl(configuration(gateway.port(), "VERIFY_FULL")).code())
                    .isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
        }
    }

    @Test
    void serversThatSendALoginRoundInCirclesAreLeft() throws Exception {
        AtomicInteger logins = new AtomicInteger();
        AtomicInteger port = new AtomicInteger();
        try (FakeServer gateway = server(session -> {
            logins.incrementAndGet();
            route(session, "localhost", port.get());
        })) {
            port.set(gateway.port());
            assertThat(failure(configuration(gateway.port(), "VERIFY_FULL")).code())
                    .isEqualTo(ErrorCode.REMOTE_ERROR);
        }
        assertThat(logins).hasValueLessThan(20);
    }

    @Test
    void aMirrorThatAServerNamesIsNeverDialed() throws Exception {
        try (FakeServer mirror = FakeServer.thatHangsUp();
                FakeServer primary = server(session -> {
                    session.answer()
                            .change(13, "localhost," + mirror.port(), "")
                            .loginAccepted()
                            .done(0)
                            .end();
                })) {
            for (int i = 0; i < 2; i++) {
                assertThat(failure(configuration(primary.port(), "VERIFY_FULL")).code())
                        .isEqualTo(ErrorCode.REMOTE_ERROR);
            }
            assertThat(mirror.wasReached()).isFalse();
        }
    }

    @Test
    void aServerIsOfferedNoTlsThatComesOnlyWithALaterProtocol() throws Exception {
        Set<String> agreed = ConcurrentHashMap.newKeySet();
        try (FakeServer modern = FakeServer.that((socket, server) -> {
            TdsSession session = new TdsSession(socket);
            try {
                session.logIn(StubCertificate.shared().context(), "TLSv1.3", "TLSv1.2");
                agreed.add(session.tlsVersion());
                session.answer().error(18470, "no").done(2).end();
            } finally {
                // The check of TLS hangs up after its handshake.
                agreed.add(session.tlsVersion());
            }
        })) {
            assertThat(failure(configuration(modern.port(), "VERIFY_FULL")).message())
                    .isEqualTo("the login is disabled");
        }
        assertThat(agreed).contains("TLSv1.2").doesNotContain("TLSv1.3");
    }

    /** So what this project sends in a handshake is no invention of its own: the stand-in receives both. */
    @Test
    void theDriverShakesHandsWithTheStandInByItselfToo() throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", TdsServer.USER);
        properties.setProperty("password", TdsServer.SECRET);
        properties.setProperty("encrypt", "true");
        properties.setProperty("trustServerCertificate", "true");
        try (Connection connection =
                new SQLServerDriver().connect("jdbc:sqlserver://localhost:" + SERVER.port(), properties)) {
            assertThat(connection.getCatalog()).isEqualTo("master");
        }
    }

    private static void route(TdsSession session, String host, int port) throws IOException {
        session.answer().loginAccepted().route(host, port).done(0).end();
    }

    /** What a server does with a login. */
    private interface Answer {
        void to(TdsSession session) throws IOException;
    }

    private static FakeServer server(Answer answer) {
        return FakeServer.that((Socket socket, FakeServer server) -> {
            TdsSession session = new TdsSession(socket);
            session.logIn(StubCertificate.shared().context());
            answer.to(session);
        });
    }

    private static ObjectNode configuration(int port, String mode) {
        return SqlServerSourceServer.configuration(port, DATABASE, mode);
    }

    private static TaskError failure(ObjectNode configuration) {
        try (SourceConnection connection = new SourceConnection(SERVER, configuration)) {
            return connection.failedValidation();
        }
    }

    private static TaskError failedCrawl(ObjectNode configuration) {
        try (SourceConnection connection = new SourceConnection(SERVER, configuration)) {
            return connection.failedCrawl();
        }
    }
}
