package dev.connections.worker.source.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.bigquery.BigQueryStub.Refusal;
import dev.connections.worker.source.http.TestKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** How a service account logs in to a stand-in for BigQuery, and what a validation says. */
class BigQueryLoginTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final BigQueryServer server = BigQueryServer.shared();
    private final BigQueryStub stub = server.stub();
    private final String project = "login-" + NUMBER.incrementAndGet();
    private final List<SourceConnection> connections = new ArrayList<>();
    private final SourceConnection connection = connection(TokenStub.keyFile());

    @BeforeEach
    void create() {
        stub.project(project);
        stub.dataset(List.of(project, "shop"));
        BigQueryStub.field(stub.table(List.of(project, "shop", "orders"), "TABLE"), "id", "INTEGER");
        stub.requests.clear();
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        connections.forEach(SourceConnection::close);
        stub.drop(List.of(project));
    }

    @Test
    void anotherTokenIsGotWhereOneRunsOutInTheMiddle() throws Exception {
        int before = stub.tokens.logins();
        stub.script = path -> {
            if (path.contains("/tables?")) {
                stub.script = any -> null;
                stub.tokens.expire();
            }
            return null;
        };
        assertThat(connection.crawl().objects().seen()).isEqualTo(3);
        assertThat(stub.tokens.logins()).isEqualTo(before + 2);
    }

    @Test
    void aTokenThatIsRefusedAgainEndsTheRun() {
        stub.script = path -> path.contains("/tables/") ? Refusal.of(401, "authError", "Invalid Credentials") : null;
        assertThat(connection.failedCrawl())
                .isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "Invalid Credentials"));
    }

    @Test
    void anAccountOrKeyThatGoogleDoesNotKnowIsSaidSo() {
        assertThat(failed(TokenStub.keyFile().replace(TokenStub.EMAIL, "nobody@x.iam.gserviceaccount.com")))
                .isEqualTo(
                        "the authority refused the service account's key (invalid_grant); a worker's clock that is wrong"
                                + " by minutes leads to this too");
    }

    @ParameterizedTest
    @ValueSource(strings = {"k3y of nobody", "{", "[]", "\"\"", "{\"type\": \"service_account\"} and more"})
    void whatIsNoKeyFileIsSaidSo(String content) {
        assertThat(failed(content)).endsWith("; create a JSON key of the service account and paste the whole file");
    }

    @Test
    void aKeyFileOfSomethingElseIsSaidSo() {
        assertThat(failed(TokenStub.keyFile().replace("service_account", "authorized_user")))
                .startsWith("the key is not that of a service account: its type is not service_account");
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_email", "private_key_id", "private_key"})
    void aKeyFileThatLacksAPartIsSaidSo(String member) {
        assertThat(failed(TokenStub.keyFile().replace("\"" + member + "\"", "\"x\"")))
                .startsWith("the key file lacks client_email, private_key_id or private_key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec.pem", "rsa-1024.pem", "public.pem", "pkcs8-aes256.pem"})
    void aPrivateKeyThatCannotSignIsSaidSoWithoutIt(String file) {
        String pem = TestKey.file(file);
        assertThat(failed(TokenStub.keyFile(TokenStub.KEY_ID, pem)))
                .startsWith("private_key in the key file is no whole RSA key in PEM; create a JSON key")
                .doesNotContain(pem.lines().skip(1).findFirst().orElseThrow());
    }

    private String failed(String content) {
        SourceConnection other = connection(content);
        TaskError error = other.failedCrawl();
        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(error.retryable()).isFalse();
        assertThat(other.failedValidation()).isEqualTo(error);
        assertThat(stub.requests).isEmpty();
        return error.message();
    }

    /** Of the secrets only the file as a whole is known as one. */
    @Test
    void noSecretThatBigQueryRepeatsIsShown() {
        for (String secret : List.of(
                "token",
                "assertion",
                TestKey.file("pkcs8.pem"),
                TestKey.file("pkcs8.pem").lines().skip(3).findFirst().orElseThrow(),
                TokenStub.keyFile())) {
            stub.script = path -> Refusal.of(
                    400,
                    "invalid",
                    "you sent "
                            + switch (secret) {
                                case "token" -> stub.tokens.lastToken();
                                case "assertion" -> stub.tokens.lastAssertion();
                                default -> secret;
                            });
            assertThat(connection.failedCrawl())
                    .isEqualTo(TaskError.of(ErrorCode.REMOTE_ERROR, "BigQuery answered with an error (status 400)"));
        }
    }

    /** Nothing is sent to a host whose certificate nobody vouches for. */
    @Test
    void bigQueryHasToProveWhoItIs() {
        String endpoint = "https://localhost:" + server.port();
        NetworkProperties network = new NetworkProperties(
                true,
                Duration.ofSeconds(20),
                List.of(),
                null,
                new NetworkProperties.Endpoints(endpoint, endpoint, NetworkProperties.Endpoints.PUBLIC.glue()));
        try (CatalogFixture stranger =
                new CatalogFixture(server.technology(), CatalogFixture.sources(BigQuerySource::new, network), project) {
                    @Override
                    protected ObjectNode configuration() {
                        return server.configurations(server.port(), project).getFirst();
                    }
                }) {
            int logins = stub.tokens.logins();
            assertThat(stranger.failedCrawl())
                    .isEqualTo(TaskError.of(
                            ErrorCode.TLS_FAILED, "the server's certificate was not issued by a trusted authority"));
            assertThat(stub.tokens.logins()).isEqualTo(logins);
        }
    }

    @Test
    void aValidationReadsOneTable() throws Exception {
        assertThat(connection.validate())
                .allSatisfy(finding -> assertThat(finding).isInstanceOf(Finding.Passed.class));
        assertThat(stub.requests)
                .extracting(path -> path.split("\\?", 2)[0])
                .containsExactly(
                        project + "/datasets",
                        project + "/datasets/shop/tables",
                        project + "/datasets/shop/tables/orders");
    }

    @Test
    void aValidationSaysWhatToGrant() {
        for (String refused : List.of("/tables?", "/tables/")) {
            stub.script = path -> path.contains(refused)
                    ? Refusal.of(403, "accessDenied", "Access Denied: Permission bigquery.tables.x denied")
                    : null;
            assertThat(connection.failedValidation())
                    .isEqualTo(TaskError.of(
                            ErrorCode.PERMISSION_DENIED,
                            "grant the service account roles/bigquery.metadataViewer on the project; BigQuery said: Access"
                                    + " Denied: Permission bigquery.tables.x denied"));
        }
        stub.script = path -> null;
        stub.drop(List.of(project, "shop"));
        assertThat(connection.failedValidation())
                .isEqualTo(TaskError.of(
                        ErrorCode.PERMISSION_DENIED,
                        "the project shows the service account no dataset; grant the service account"
                                + " roles/bigquery.metadataViewer on the project"));
    }

    /** A name is no id, and a number would be another identity of the same project. */
    @ParameterizedTest
    @ValueSource(strings = {"My project", "123456789", "..", "a/b"})
    void whatIsNoIdOfAProjectIsSaidSo(String id) {
        ObjectNode configuration =
                server.configurations(server.port(), project).getFirst().put("projectId", id);
        try (SourceConnection other = new SourceConnection(server, configuration)) {
            assertThat(other.failedCrawl().message()).startsWith("projectId has to be the id of a project");
        }
    }

    @Test
    void aValidationWarnsOfPatternsThatCoverNothing() throws Exception {
        connection.settings = CatalogFixture.settings(List.of("*/elsewhere/**"), List.of());
        assertThat(connection.validate().getLast()).isInstanceOf(Finding.Warning.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"accessNotConfigured", "SERVICE_DISABLED"})
    void aProjectWithoutTheApiIsSaidSo(String reason) {
        stub.script = path -> Refusal.of(403, reason, "BigQuery API has not been used in project 1 before");
        TaskError error = TaskError.of(
                ErrorCode.PERMISSION_DENIED,
                "the BigQuery API is not enabled in the project: gcloud services enable bigquery.googleapis.com"
                        + " --project=<project>");
        assertThat(connection.failedValidation()).isEqualTo(error);
        assertThat(connection.failedCrawl()).isEqualTo(error);
    }

    @Test
    void aProjectThatIsNotThereIsSaidSo() {
        stub.drop(List.of(project));
        assertThat(connection.failedValidation())
                .isEqualTo(TaskError.of(ErrorCode.REMOTE_ERROR, "Not found: " + project + ":datasets"));
        stub.script = path -> new Refusal(404, "<html>");
        assertThat(connection.failedCrawl().message()).isEqualTo("the host answers, but not as BigQuery does");
    }

    private SourceConnection connection(String keyFile) {
        ObjectNode configuration = server.configurations(server.port(), project).getFirst();
        BigQueryServer.setKey(configuration, keyFile);
        SourceConnection made = new SourceConnection(server, configuration);
        connections.add(made);
        return made;
    }
}
