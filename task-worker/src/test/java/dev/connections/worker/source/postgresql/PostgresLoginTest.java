package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.connections.embedded.FreePort;
import dev.connections.embedded.PostgresServer;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.ServerCertificate;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.Target;
import dev.connections.worker.source.jdbc.JdbcSession;
import dev.connections.worker.source.jdbc.JdbcSessions;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class PostgresLoginTest {
    private static final String ODD_DATABASE = "a/b?c=d&e%41 'f\"";

    @TempDir
    static Path folder;

    private static ServerCertificate certificate;
    private static PostgresServer postgres;

    private final JdbcSessions connector = connector(true, Duration.ofSeconds(20), new MockEnvironment());
    private final JdbcSessions impatient = connector(true, Duration.ofMillis(300), new MockEnvironment());

    @BeforeAll
    static void start() throws Exception {
        certificate = ServerCertificate.make(folder);
        postgres = PostgresServer.startTemporary(certificate.serverSettings())
                .createDatabase("shop", "app", "s3cret-of-app");
        postgres.execute("postgres", "create database \"" + ODD_DATABASE.replace("\"", "\"\"") + "\" owner app");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void logsInReadOnlyUnderTheNameOfThisServiceAndTheRun() throws Exception {
        Target target = Target.postgres(postgres.port());
        Execution execution = target.execution(TaskType.CRAWL);
        try (JdbcSession session = connector.open(execution, target.server(), null)) {
            assertThat(value(session, "select current_setting('application_name') || ' ' || current_user"))
                    .isEqualTo("connections " + execution.run().runId() + " app");
            assertThat(session.connection().isReadOnly()).isTrue();
        }
    }

    @Test
    void takesTheDatabaseThatIsAskedForWhateverItsName() throws Exception {
        Target target = Target.postgres(postgres.port());
        try (JdbcSession connection = connector.open(target.execution(TaskType.CRAWL), target.server(), ODD_DATABASE)) {
            assertThat(value(connection, "select current_database()")).isEqualTo(ODD_DATABASE);
        }
    }

    @Test
    void takesAllowedPropertiesAndNoOther() throws Exception {
        Target target = Target.postgres(postgres.port())
                .properties(Map.of("ApplicationName", "nightly", "socketFactory", "evil.Factory", "PGHOST", "evil"));
        try (JdbcSession session = open(connector, target)) {
            assertThat(value(session, "select current_setting('application_name')"))
                    .matches("nightly [0-9a-f-]{36}");
        }
    }

    @Test
    void cutsALongNameAndNotTheIdOfTheRun() throws Exception {
        Target target = Target.postgres(postgres.port()).properties(Map.of("ApplicationName", "n".repeat(60)));
        try (JdbcSession session = open(connector, target)) {
            assertThat(value(session, "select current_setting('application_name')"))
                    .matches("n{26} [0-9a-f-]{36}");
        }
    }

    @Test
    void aPasswordThatIsAlsoAnotherNameIsNotInTheError() throws Exception {
        postgres.execute("postgres", "create role app_reader login password 'app_reader'");
        postgres.execute("postgres", "create database app_reader");
        postgres.execute("postgres", "revoke connect on database app_reader from public");
        Target target = Target.postgres(postgres.port()).login("app_reader", "app_reader");
        assertThat(failure(connector, target.database("app_reader")))
                .isEqualTo(TaskError.of(
                        ErrorCode.PERMISSION_DENIED, "the user may not connect to database \"app_reader\""));
        assertThat(failure(
                        connector,
                        Target.postgres(postgres.port()).login("x", "x").database("shop")))
                .isEqualTo(TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED, "the server refused the user name or the password"));
    }

    @Test
    void saysWhyALoginFailed() {
        Target target = Target.postgres(postgres.port());
        assertThat(failure(connector, target.login("app", "wrong")).code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(failure(connector, target.login("app", null)).code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(failure(connector, target.login("app", "s3cret-of-app").database("nowhere")))
                .isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, "database \"nowhere\" does not exist", false));
    }

    @Test
    void blamesTheConnectionForALoginThatFailsButNotForThatToAnotherDatabase() throws Exception {
        Target target = Target.postgres(postgres.port());
        RunFailedException other = catchThrowableOfType(
                RunFailedException.class,
                () -> connector
                        .open(target.execution(TaskType.CRAWL), target.server(), "nowhere")
                        .close());
        assertThat(other.isNotConnected()).isFalse();
        assertThat(thrown(connector, target.database("nowhere")).isNotConnected())
                .isTrue();
        assertThat(thrown(connector, Target.postgres(FreePort.find())).isNotConnected())
                .isTrue();
        try (FakeServer silent = FakeServer.thatIsSilent()) {
            assertThat(thrown(impatient, Target.postgres(silent.port())).isNotConnected())
                    .isTrue();
        }
    }

    @Test
    void distinguishesAClosedPortFromAnUnknownHost() {
        assertThat(failure(connector, Target.postgres(FreePort.find())).code()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
        assertThat(failure(connector, Target.postgres(5432).host("no-such-host.invalid"))
                        .code())
                .isEqualTo(ErrorCode.HOST_UNREACHABLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DISABLE", "PREFER", "REQUIRE"})
    void comesBackAtTheLimitFromAServerThatSaysNothing(String mode) throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            assertThat(failure(impatient, Target.postgres(server.port()).tls(mode, null))
                            .code())
                    .isEqualTo(ErrorCode.TIMEOUT);
        }
    }

    @Test
    void comesBackAtTheLimitFromAServerThatDrips() throws Exception {
        try (FakeServer server = FakeServer.thatDrips()) {
            assertThat(failure(impatient, Target.postgres(server.port())).code())
                    .isEqualTo(ErrorCode.TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "\0\0\0\0\0\0\0\0",
                "N",
                "S",
                "E\177\377\377\377",
                "R\0\0\0\10"
            })
    void makesARetryableErrorOfGarbage(String garbage) throws Exception {
        for (String mode : new String[] {"DISABLE", "PREFER"}) {
            try (FakeServer server = FakeServer.thatSays(garbage)) {
                TaskError error =
                        failure(connector, Target.postgres(server.port()).tls(mode, null));
                assertThat(error.code()).isIn(ErrorCode.REMOTE_ERROR, ErrorCode.TLS_FAILED);
                assertThat(error.retryable()).isTrue();
                assertThat(error.message()).doesNotContain("Exception", "java", "\0");
            }
        }
    }

    @Test
    void failsWhereTheServerAsksForALoginThatNobodyKnows() throws Exception {
        try (FakeServer server = FakeServer.thatSays("R\0\0\0\10\0\0\3\347")) {
            assertThat(failure(connector, Target.postgres(server.port())).code())
                    .isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        }
    }

    @Test
    void makesARetryableErrorOfAServerThatHangsUp() throws Exception {
        try (FakeServer server = FakeServer.thatHangsUp()) {
            TaskError error = failure(connector, Target.postgres(server.port()));
            assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
            assertThat(error.retryable()).isTrue();
        }
    }

    @Test
    void doesNotRepeatAPasswordThatTheServerSendsBack() throws Exception {
        String answer = "SFATAL\0C28P01\0MYour password is s3cret-of-app\0\0";
        try (FakeServer server = FakeServer.thatSays("E\0\0\0" + (char) (answer.length() + 4) + answer)) {
            RunFailedException failed = thrown(connector, Target.postgres(server.port()));
            assertThat(failed.error())
                    .isEqualTo(TaskError.of(
                            ErrorCode.AUTHENTICATION_FAILED, "the server refused the user name or the password"));
            assertThat(failed).hasNoCause();
        }
    }

    @Test
    void refusesLoopbackUnlessConfigurationAllowsIt() {
        JdbcSessions strict = connector(false, Duration.ofSeconds(20), new MockEnvironment());
        assertThat(failure(strict, Target.postgres(postgres.port())).code()).isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
        assertThat(failure(strict, Target.postgres(postgres.port()).host("localhost"))
                        .code())
                .isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
    }

    @Test
    void refusesThisServicesOwnDatabase() {
        JdbcSessions guarded = connector(
                true,
                Duration.ofSeconds(20),
                new MockEnvironment().withProperty("spring.datasource.url", postgres.jdbcUrl("connections")));
        for (String host : new String[] {"127.0.0.1", "localhost", "127.0.0.2", "::ffff:127.0.0.1", "2130706433"}) {
            assertThat(failure(guarded, Target.postgres(postgres.port()).host(host))
                            .code())
                    .isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "[fe80::1]",
                "0.0.0.0",
                "a,b",
                "h/db?x=y",
                "u@h",
                "h:1",
                "/tmp/socket",
                "",
                "-h"
            })
    void refusesAddressesAndNamesThatAreNoHosts(String host) {
        assertThat(failure(connector, Target.postgres(5432).host(host)).code()).isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
    }

    @Test
    void encryptsAndVerifiesAsTheModeAsks() throws Exception {
        Target target = Target.postgres(postgres.port());
        assertThat(encrypted(target.tls("DISABLE", null))).isEqualTo("f");
        assertThat(encrypted(target.tls("PREFER", null))).isEqualTo("t");
        assertThat(encrypted(target.tls("REQUIRE", null))).isEqualTo("t");
        assertThat(encrypted(target.tls("VERIFY_CA", certificate.pem()))).isEqualTo("t");
        assertThat(encrypted(target.host("localhost").tls("VERIFY_FULL", certificate.pem())))
                .isEqualTo("t");
    }

    @Test
    void failsWhereTheCertificateIsNotAsTheModeAsks() {
        Target target = Target.postgres(postgres.port());
        assertThat(failure(connector, target.tls("VERIFY_CA", null)))
                .isEqualTo(TaskError.of(
                        ErrorCode.TLS_FAILED, "the server's certificate was not issued by a trusted authority"));
        assertThat(failure(connector, target.tls("VERIFY_FULL", certificate.pem())))
                .isEqualTo(TaskError.of(
                        ErrorCode.TLS_FAILED, "the server's certificate does not name the configured host"));
        assertThat(failure(connector, target.tls("VERIFY_CA", "file:/etc/passwd"))
                        .code())
                .isEqualTo(ErrorCode.TLS_FAILED);
    }

    @Test
    void failsWhereTheServerDoesNotOfferTheTlsThatIsRequired() throws Exception {
        try (FakeServer server = FakeServer.thatSays("N")) {
            assertThat(failure(connector, Target.postgres(server.port()).tls("REQUIRE", null))
                            .code())
                    .isEqualTo(ErrorCode.TLS_FAILED);
        }
    }

    @Test
    void stopsAHangingLoginWhenTheExecutionIsStopped() throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            Target target = Target.postgres(server.port());
            Execution execution = target.execution(TaskType.CRAWL);
            CompletableFuture<Throwable> thrown = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> connector.open(execution, target.server(), null)));
            server.awaitConnection();
            execution.stop(Execution.StopReason.CANCELED);
            assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void cancelsTheStatementOnTheServerWhenTheExecutionIsStopped() throws Exception {
        Target target = Target.postgres(postgres.port());
        Execution execution = target.execution(TaskType.CRAWL);
        try (JdbcSession connection = connector.open(execution, target.server(), null)) {
            CompletableFuture<Throwable> thrown = CompletableFuture.supplyAsync(
                    () -> catchThrowable(() -> value(connection, "select pg_sleep(120)")));
            Awaitility.await().until(() -> sleepers() == 1);
            execution.stop(Execution.StopReason.CANCELED);
            assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(SQLException.class);
            Awaitility.await().until(() -> sleepers() == 0);
        }
    }

    private static long sleepers() throws Exception {
        try (var connection = postgres.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where state = 'active' and query = 'select pg_sleep(120)'")) {
            row.next();
            return row.getLong(1);
        }
    }

    private String encrypted(Target target) throws Exception {
        try (JdbcSession connection = open(connector, target)) {
            return value(connection, "select ssl from pg_stat_ssl where pid = pg_backend_pid()");
        }
    }

    private static String value(JdbcSession connection, String query) throws Exception {
        try (Statement statement = connection.connection().createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static TaskError failure(JdbcSessions connector, Target target) {
        return thrown(connector, target).error();
    }

    private static RunFailedException thrown(JdbcSessions connector, Target target) {
        return catchThrowableOfType(
                RunFailedException.class, () -> open(connector, target).close());
    }

    private static JdbcSession open(JdbcSessions connector, Target target) throws Exception {
        return connector.open(target.execution(TaskType.CRAWL), target.server(), null);
    }

    private static JdbcSessions connector(boolean allowPrivate, Duration limit, MockEnvironment environment) {
        SourceDialer dialer = new SourceDialer(new NetworkProperties(allowPrivate, limit), environment);
        return new JdbcSessions(dialer, new PostgresSource(dialer), new PostgresDialect());
    }
}
