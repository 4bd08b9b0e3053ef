package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
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

    @Test
    void failsWhereTheServerAsksForALoginThatNobodyKnows() throws Exception {
        try (FakeServer server = FakeServer.thatSays("R\0\0\0\10\0\0\3\347")) {
            assertThat(failure(connector, Target.postgres(server.port())).code())
                    .isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        }
    }

    /** The driver goes by what is in a message, and would take the rest of it for the next one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "R\0\0\0\25\0\0\0\5saltE\177\377\377\377\0\0\0\3",
                "R\0\0\0\21\0\0\0\12a\0\0E\177\377",
                "R\0\0\0\10\0\0\0\0S\0\0\0\15a\0b\0E\177\377\377\377",
                "R\0\0\0\10\0\0\0\0Z\0\0\0\12IE\177\377\377\377"
            })
    void refusesMessagesThatAreNotAsLongAsTheySay(String answer) throws Exception {
        try (FakeServer server = FakeServer.thatSays(answer)) {
            assertThat(failure(connector, Target.postgres(server.port())).message())
                    .isEqualTo(PostgresFailures.NOT_POSTGRESQL);
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
            assertThat(failed).hasStackTraceContaining("the login was refused");
            assertThat(stackTrace(failed)).doesNotContain("s3cret-of-app");
        }
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
        SourceDialer dialer = new SourceDialer(new NetworkProperties(allowPrivate, limit), environment, Set::of);
        return new JdbcSessions(dialer, new PostgresSource(dialer), new PostgresDialect());
    }

    private static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
