package dev.connections.worker.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.connections.connection.Technology;
import dev.connections.embedded.FreePort;
import dev.connections.embedded.Postgres;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.health.ServiceDatabase;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.Target;
import dev.connections.worker.source.postgresql.PostgresSource;
import dev.connections.worker.validate.ValidateResult.Check;
import dev.connections.worker.validate.ValidateResult.Name;
import dev.connections.worker.validate.ValidateResult.Status;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class ValidateExecutorTest {
    private static Postgres postgres;
    private static ServiceDatabase database;

    private final ValidateExecutor executor = executor(Duration.ofSeconds(20));

    @BeforeAll
    static void start() {
        postgres = Postgres.startTemporary().createDatabase("shop", "app", "s3cret-of-app");
        database = ServiceDatabase.on(postgres);
        postgres.execute("postgres", """
                create role guest login password 's3cret-of-guest';
                revoke connect on database connections from public""");
        postgres.execute("shop", """
                create schema sales; create table sales.orders (id int); create view sales.totals as select 1 as one;
                create schema hidden; create table hidden.secrets (id int);
                grant usage on schema sales to guest;
                grant usage on schema sales, hidden to app;""");
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void passesAConnectionThatSeesAllThatItIsToCrawl() throws Exception {
        Target target = target("UNHEALTHY");
        Outcome outcome = executor.execute(target.execution(TaskType.VALIDATE, List.of("shop/**")));
        ValidateResult result = result(outcome);
        assertThat(outcome).isInstanceOf(Outcome.Succeeded.class);
        assertThat(result.status()).isEqualTo(Status.PASSED);
        assertThat(statuses(result)).containsExactly(Status.PASSED, Status.SKIPPED, Status.PASSED, Status.PASSED);
        assertThat(result.checks()).extracting(Check::name).containsExactly(Name.values());
        assertThat(database.health(target.connectionId()))
                .containsEntry("state", "ACTIVE")
                .containsEntry("validated", true);
    }

    @Test
    void writesItsResultInTheContractsShape() throws Exception {
        ValidateResult result =
                result(executor.execute(target("ACTIVE").execution(TaskType.VALIDATE, List.of("shop/**"))));
        assertThat(Json.write(result))
                .startsWith("{\"status\":\"PASSED\",\"checks\":[{\"name\":\"NETWORK\",\"status\":\"PASSED\","
                        + "\"message\":null,\"durationMs\":");
    }

    @Test
    void warnsOfAServerWithoutTlsWhereTlsIsPreferred() throws Exception {
        ValidateResult result = result(executor.execute(
                target("ACTIVE").tls("PREFER", null).execution(TaskType.VALIDATE, List.of("shop/**"))));
        assertThat(result.status()).isEqualTo(Status.WARNING);
        assertThat(statuses(result)).containsExactly(Status.PASSED, Status.WARNING, Status.PASSED, Status.PASSED);
    }

    @Test
    void failsWhereTheServerHasNoTlsAndTlsIsRequired() throws Exception {
        Target target = target("ACTIVE").tls("VERIFY_FULL", null);
        Outcome outcome = executor.execute(target.execution(TaskType.VALIDATE));
        assertThat(failed(outcome).error().code()).isEqualTo(ErrorCode.TLS_FAILED);
        assertThat(statuses(result(outcome)))
                .containsExactly(Status.PASSED, Status.FAILED, Status.SKIPPED, Status.SKIPPED);
    }

    @Test
    void anAuthorityThatIsNoCertificateFailsTheTlsCheck() throws Exception {
        Outcome outcome =
                executor.execute(target("ACTIVE").tls("VERIFY_CA", "junk").execution(TaskType.VALIDATE));
        assertThat(failed(outcome).error().code()).isEqualTo(ErrorCode.TLS_FAILED);
        assertThat(failed(outcome).error().message()).contains("caCertificate is not a certificate");
        assertThat(statuses(result(outcome)))
                .containsExactly(Status.PASSED, Status.FAILED, Status.SKIPPED, Status.SKIPPED);
    }

    @Test
    void warnsOfWhatTheAccountMayNotSee() throws Exception {
        Target target = target("ACTIVE").login("guest", "s3cret-of-guest");
        Check privileges = result(executor.execute(target.execution(TaskType.VALIDATE)))
                .checks()
                .get(3);
        assertThat(privileges.status()).isEqualTo(Status.WARNING);
        assertThat(privileges.message())
                .isEqualTo("the account may not connect to these databases: connections; "
                        + "the account has no USAGE on these schemas: hidden; to grant that:\n"
                        + "GRANT CONNECT ON DATABASE \"connections\" TO \"guest\";\n"
                        + "GRANT USAGE ON SCHEMA \"hidden\" TO \"guest\";");
    }

    @Test
    void namesNothingThatIsAlsoThePassword() throws Exception {
        postgres.execute("postgres", "create role secretive login password 'hidden'");
        Target target = target("ACTIVE").login("secretive", "hidden");
        Check privileges = result(executor.execute(target.execution(TaskType.VALIDATE)))
                .checks()
                .get(3);
        assertThat(privileges.message())
                .contains(
                        "the account has no USAGE on these schemas: [REDACTED], sales",
                        "GRANT USAGE ON SCHEMA \"sales\" TO \"secretive\";\n-- and 1 more like these")
                .doesNotContain("hidden");
    }

    @Test
    void doesNotWarnOfWhatThePatternsLeaveOut() throws Exception {
        Target target = target("ACTIVE").login("guest", "s3cret-of-guest");
        Check privileges = result(executor.execute(target.execution(TaskType.VALIDATE, List.of("shop/public/**"))))
                .checks()
                .get(3);
        assertThat(privileges.status()).isEqualTo(Status.PASSED);
    }

    @Test
    void aWrongPasswordMakesTheConnectionUnhealthy() throws Exception {
        Target target = target("ACTIVE").login("app", "wrong-pa55word");
        Outcome outcome = executor.execute(target.execution(TaskType.VALIDATE));
        ValidateResult result = result(outcome);
        assertThat(failed(outcome).error().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(failed(outcome).error().retryable()).isFalse();
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(statuses(result)).containsExactly(Status.PASSED, Status.SKIPPED, Status.FAILED, Status.SKIPPED);
        assertThat(Json.write(result)).doesNotContain("wrong-pa55word");
        assertThat(database.health(target.connectionId()))
                .containsEntry("state", "UNHEALTHY")
                .containsEntry("code", "AUTHENTICATION_FAILED");
    }

    @Test
    void aMissingDatabaseFailsTheLogin() throws Exception {
        Outcome outcome = executor.execute(target("ACTIVE").database("nowhere").execution(TaskType.VALIDATE));
        assertThat(failed(outcome).error().message()).isEqualTo("database \"nowhere\" does not exist");
        assertThat(statuses(result(outcome)))
                .containsExactly(Status.PASSED, Status.SKIPPED, Status.FAILED, Status.SKIPPED);
    }

    @Test
    void aClosedPortFailsTheNetworkCheckAndSkipsTheRest() throws Exception {
        Target target = Target.postgres(FreePort.find());
        database.connection(target.connectionId(), "ACTIVE");
        Outcome outcome = executor.execute(target.execution(TaskType.VALIDATE));
        assertThat(failed(outcome).error().code()).isEqualTo(ErrorCode.CONNECTION_REFUSED);
        assertThat(failed(outcome).error().retryable()).isTrue();
        assertThat(statuses(result(outcome)))
                .containsExactly(Status.FAILED, Status.SKIPPED, Status.SKIPPED, Status.SKIPPED);
    }

    @Test
    void aSilentServerFailsAtTheLimitInTheStepThatWaitsForIt() throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            Target target = Target.postgres(server.port()).tls("PREFER", null);
            database.connection(target.connectionId(), "ACTIVE");
            Outcome outcome = executor(Duration.ofMillis(300)).execute(target.execution(TaskType.VALIDATE));
            assertThat(failed(outcome).error().code()).isEqualTo(ErrorCode.TIMEOUT);
            assertThat(statuses(result(outcome)))
                    .containsExactly(Status.PASSED, Status.FAILED, Status.SKIPPED, Status.SKIPPED);
            assertThat(result(outcome).checks().get(1).durationMs()).isGreaterThanOrEqualTo(300);
        }
    }

    @Test
    void anotherProtocolFailsTheTlsCheck() throws Exception {
        try (FakeServer server = FakeServer.thatSays("HTTP/1.1 400 Bad Request\r\n\r\n")) {
            Target target = Target.postgres(server.port()).tls("PREFER", null);
            database.connection(target.connectionId(), "ACTIVE");
            Outcome outcome = executor.execute(target.execution(TaskType.VALIDATE));
            assertThat(failed(outcome).error().message())
                    .isEqualTo("the host does not answer as a PostgreSQL server does");
            assertThat(failed(outcome).error().retryable()).isTrue();
        }
    }

    @Test
    void otherTechnologiesFailAtOnceAndLeaveTheHealthAlone() {
        assertThatThrownBy(() ->
                        executor.execute(target("ACTIVE").as(Technology.MYSQL).execution(TaskType.VALIDATE)))
                .isInstanceOfSatisfying(
                        RunFailedException.class,
                        e -> assertThat(e.error().code()).isEqualTo(ErrorCode.DRIVER_UNAVAILABLE));
    }

    @Test
    void aStopEndsItWithoutAnOutcome() throws Exception {
        try (FakeServer server = FakeServer.thatIsSilent()) {
            Execution execution = Target.postgres(server.port()).execution(TaskType.VALIDATE);
            CompletableFuture<Throwable> thrown =
                    CompletableFuture.supplyAsync(() -> catchThrowable(() -> executor.execute(execution)));
            server.awaitConnection();
            execution.stop(Execution.StopReason.CANCELED);
            assertThat(thrown.get(10, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        }
    }

    private static Target target(String state) {
        Target target = Target.postgres(postgres.port());
        database.connection(target.connectionId(), state);
        return target;
    }

    private static Outcome.Failed failed(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Failed.class);
        return (Outcome.Failed) outcome;
    }

    private static ValidateResult result(Outcome outcome) {
        return (ValidateResult) outcome.effect().apply(database.jdbc());
    }

    private static List<Status> statuses(ValidateResult result) {
        return result.checks().stream().map(Check::status).toList();
    }

    private static ValidateExecutor executor(Duration limit) {
        SourceDialer dialer = new SourceDialer(new NetworkProperties(true, limit), new MockEnvironment(), Set::of);
        return new ValidateExecutor(new Sources(List.of(new PostgresSource(dialer))));
    }
}
