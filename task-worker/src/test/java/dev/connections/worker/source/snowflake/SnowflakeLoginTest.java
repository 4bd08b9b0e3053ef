package dev.connections.worker.source.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.snowflake.AccountStub.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** How a stand-in for an account is logged in to, and what is made of answers that none gives. */
class SnowflakeLoginTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final AccountServer server = AccountServer.shared();
    private final AccountStub stub = server.stub();
    private final String database = "LOGIN" + NUMBER.incrementAndGet();
    private final List<SourceConnection> connections = new ArrayList<>();
    private final SourceConnection connection = connection(configuration(0));

    @BeforeEach
    void create() {
        server.createDatabase(database);
        server.createSchema(List.of(database, "SHOP"));
        server.createTable(List.of(database, "SHOP", "ORDERS"), List.of("ID"));
    }

    @AfterEach
    void close() {
        stub.script = sql -> null;
        stub.packs = false;
        connections.forEach(SourceConnection::close);
        server.dropDatabase(database);
    }

    /** With a token, a key pair, and a client of an authority with a secret or a certificate. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void eachLoginIsTaken(int number) throws Exception {
        SourceConnection other = connection(configuration(number));
        assertThat(other.crawl().objects().seen()).isEqualTo(3);
        assertThat(other.validate()).allSatisfy(finding -> assertThat(finding).isNotInstanceOf(Finding.Warning.class));
    }

    @Test
    void aValidationSaysThatThePasswordIsAToken() throws Exception {
        assertThat(connection.validate().get(1).message()).contains("programmatic access token");
        ObjectNode configuration = configuration(0);
        server.setSecret(configuration, "two words");
        assertThat(connection(configuration).failedValidation().message()).contains("no programmatic access token");
        configuration.withObject("/credential").remove("password");
        assertThat(connection(configuration).failedValidation().message()).contains("has no password");
    }

    @Test
    void aKeyThatTheUserDoesNotHaveIsRefused() {
        ObjectNode configuration = configuration(1);
        configuration.withObject("/credential").put("username", "another");
        assertThat(connection(configuration).failedCrawl())
                .isEqualTo(TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the token is invalid. [0ce9eb56]; the worker signed as LOCALHOST.ANOTHER, the first part of the"
                                + " host and the user's name"));
        configuration.withObject("/credential/privateKey").put("password", "wr0ng");
        assertThat(connection(configuration).failedCrawl())
                .isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "the password does not open the private key"));
    }

    @Test
    void aClientNeedsAnAuthority() {
        ObjectNode configuration = configuration(2);
        configuration.withObject("/credential").remove("authorityUrl");
        assertThat(connection(configuration).failedCrawl().message()).contains("needs an authorityUrl");
    }

    @Test
    void aTokenThatRunsOutInTheMiddleIsReplaced() throws Exception {
        AtomicInteger left = new AtomicInteger(1);
        stub.script = sql -> {
            if (sql.startsWith("show primary") && left.getAndDecrement() > 0) {
                stub.expireTokens();
            }
            return null;
        };
        assertThat(connection(configuration(2)).crawl().objects().seen()).isEqualTo(3);
        assertThat(left.get()).isLessThan(1);
    }

    /** A role with USAGE alone: each crawl would succeed, and find nothing. */
    @Test
    void aValidationSaysThatTheRoleSeesNoTable() throws Exception {
        server.dropTable(List.of(database, "SHOP", "ORDERS"));
        assertThat(connection.validate().getLast())
                .isInstanceOfSatisfying(
                        Finding.Warning.class,
                        warning -> assertThat(warning.message())
                                .contains("sees no table or view", "REFERENCES ON ALL TABLES"));
    }

    @Test
    void aValidationNamesWhatIsAmiss() throws Exception {
        ObjectNode configuration = configuration(0).put("database", "NOWHERE");
        assertThat(connection(configuration).validate().getLast().message()).contains("the configured database");
        stub.script = sql -> sql.contains("SCHEMATA")
                ? Refusal.of("000606", "No active warehouse selected in the current session.")
                : null;
        assertThat(connection.failedValidation().code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(connection.failedValidation().message()).contains("GRANT USAGE ON WAREHOUSE");
        stub.script = sql -> sql.contains("SCHEMATA") ? Refusal.of("002003", "does not exist") : null;
        assertThat(connection.validate().getLast().message()).contains("cannot be read");
        stub.script = sql -> Refusal.of("390189", "Role 'CRAWLER' specified in the connect string is not granted");
        assertThat(connection.failedValidation().code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void anErrorThatRepeatsTheTokenIsNotShown(int number) {
        stub.script = sql -> Refusal.of("000001", "statement of " + stub.lastToken);
        assertThat(connection(configuration(number)).failedCrawl())
                .isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, "Snowflake failed a statement (status 422)", false));
    }

    @Test
    void aHostThatIsNoAccountIsSaidSo() {
        stub.script = sql -> new Refusal(403, "<html>");
        assertThat(connection.failedCrawl().message())
                .isEqualTo("the host answers, but not as a Snowflake account does");
    }

    /** None of these is in memory more than once at a time. */
    @ParameterizedTest
    @ValueSource(strings = {"kind", "name"})
    void namesThatAreTooLongEndTheRun(String column) {
        String row = column.equals("name")
                ? "[\"" + database + "x".repeat(3_000) + "\", \"\"]"
                : "[\"a\", \"" + "x".repeat(3_000) + "\"]";
        stub.script = sql -> new Refusal(
                200,
                "{\"data\": [" + row + "], \"resultSetMetaData\": {\"rowType\": [{\"name\": \"name\"}, {\"name\":"
                        + " \"kind\"}]}}");
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        stub.script = sql -> new Refusal(
                200,
                "{\"data\": [], \"resultSetMetaData\": {\"rowType\": [{\"name\": \"" + "x".repeat(3_000) + "\"}]}}");
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{\"data\": {}}",
                "{\"data\": [[\"a\"]], \"resultSetMetaData\": {\"rowType\": []}}",
                "{\"data\": [{}], \"resultSetMetaData\": {\"rowType\": [{\"name\": \"name\"}]}}",
                "{\"data\": [[\"a\", \"b\"]], \"resultSetMetaData\": {\"rowType\": [{\"name\": \"name\"}]}}",
                "{\"data\": [[{}]], \"resultSetMetaData\": {\"rowType\": [{\"name\": \"name\"}]}}",
                "{\"data\": [[\"a\"]], \"resultSetMetaData\": {\"rowType\": [{\"name\": \"other\"}]}}",
                "{\"data\": [], \"resultSetMetaData\": {\"rowType\": [{\"name\": \"name\"}],"
                        + " \"partitionInfo\": [{}, {}]}, \"statementHandle\": \"../../x\"}"
            })
    void whatIsNoAnswerOfTheApiIsSaidSo(String body) {
        stub.script = sql -> new Refusal(200, body);
        assertThat(connection.failedCrawl())
                .isEqualTo(new TaskError(
                        ErrorCode.REMOTE_ERROR, "the host answers, but not as a Snowflake account does", true));
    }

    @Test
    void anAnswerThatIsPackedTooWellEndsTheRun() {
        connection.limits = Limits.of(Map.of("row", "32KB", "answer", "64KB", "session", "1GB"));
        stub.packs = true;
        stub.script = sql -> new Refusal(200, "{\"data\": [" + "[],".repeat(2_000_000) + "[]]}");
        assertThat(connection.failedCrawl())
                .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED))
                .satisfies(error -> assertThat(error.message()).contains("connections.worker.source.answer"));
    }

    @Test
    void aTextThatIsPackedTooWellEndsTheRun() {
        connection.limits = Limits.of(Map.of("text", "100000"));
        stub.packs = true;
        stub.script = sql -> new Refusal(200, "{\"message\": \"" + "x".repeat(200_000) + "\"}");
        assertThat(connection.failedCrawl())
                .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED))
                .satisfies(error -> assertThat(error.message()).contains("connections.worker.source.text"));
    }

    private ObjectNode configuration(int number) {
        return server.configurations(server.port(), database).get(number);
    }

    private SourceConnection connection(ObjectNode configuration) {
        SourceConnection made = new SourceConnection(server, configuration);
        made.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        connections.add(made);
        return made;
    }
}
