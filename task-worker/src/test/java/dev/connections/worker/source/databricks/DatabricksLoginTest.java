package dev.connections.worker.source.databricks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.databricks.WorkspaceStub.Refusal;
import dev.connections.worker.source.http.TestKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** How a stand-in for a workspace is logged in to. */
class DatabricksLoginTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final WorkspaceServer server = WorkspaceServer.shared();
    private final WorkspaceStub stub = server.stub();
    private final String catalog = "login" + NUMBER.incrementAndGet();
    private final List<SourceConnection> connections = new ArrayList<>();
    private final SourceConnection connection =
            connection(server.configurations(server.port(), catalog).getFirst());

    @BeforeEach
    void create() {
        stub.catalog(catalog);
        stub.schema(List.of(catalog, "shop"));
        stub.requests.clear();
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        connections.forEach(SourceConnection::close);
        stub.drop(List.of(catalog));
    }

    @Test
    void aClientGetsOneTokenAndAnotherWhereThatRunsOutInTheMiddle() throws Exception {
        SourceConnection client =
                connection(server.configurations(server.port(), catalog).getLast());
        table("orders", "MANAGED");
        int before = stub.logins();
        client.crawl();
        assertThat(stub.logins()).isEqualTo(before + 1);

        stub.script = path -> {
            if (path.contains("/schemas")) {
                stub.script = any -> null;
                stub.expireTokens();
            }
            return null;
        };
        assertThat(client.crawl().objects().missing()).isZero();
        assertThat(stub.logins()).isEqualTo(before + 3);
    }

    @Test
    void aClientWhoseSecretIsRefusedIsSaidSo() {
        ObjectNode configuration = server.configurations(server.port(), catalog).getLast();
        configuration.withObject("/credential").put("clientSecret", "wr0ng");
        assertThat(connection(configuration).failedCrawl())
                .isEqualTo(TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED, "the authority refused the client id or its secret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost/token",
                "https://user@localhost/token",
                "https://localhost:99999/token",
                "file:///etc/passwd",
                "localhost"
            })
    void anAuthorityThatIsNoAddressOfHttpsIsRefused(String address) {
        ObjectNode configuration = server.configurations(server.port(), catalog).getLast();
        configuration.withObject("/credential").put("authorityUrl", address);
        assertThat(connection(configuration).failedCrawl().code()).isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
    }

    @Test
    void anAuthorityElsewhereIsAskedInPlaceOfTheWorkspace() throws Exception {
        ObjectNode configuration = elsewhere();
        stub.authorities.clear();
        assertThat(connection(configuration).crawl().objects().seen()).isEqualTo(2);
        assertThat(stub.authorities).containsExactly("/elsewhere/token");
    }

    @Test
    void anAuthorityElsewhereNeedsAScope() {
        ObjectNode configuration = elsewhere();
        configuration.withObject("/credential").remove("scope");
        assertThat(connection(configuration).failedCrawl().message()).contains("needs the scope");
    }

    @Test
    void anAuthorityIsReachedOnlyWhereASourceMayBe() {
        ObjectNode configuration = elsewhere();
        configuration.withObject("/credential").put("authorityUrl", "https://169.254.169.254/token");
        assertThat(connection(configuration).failedCrawl().code()).isEqualTo(ErrorCode.HOST_NOT_ALLOWED);
    }

    private ObjectNode elsewhere() {
        ObjectNode configuration = server.configurations(server.port(), catalog).getLast();
        configuration
                .withObject("/credential")
                .put("authorityUrl", "https://localhost:" + server.port() + "/elsewhere/token")
                .put("scope", "a/.default")
                .put("resource", "r");
        return configuration;
    }

    /** Nothing is sent to a workspace whose certificate nobody vouches for, or that is another's. */
    @Test
    void aWorkspaceHasToProveWhoItIs() {
        ObjectNode configuration = server.configurations(server.port(), catalog).getFirst();
        SourceConnection stranger = new SourceConnection(server.technology(), DatabricksSource::new, configuration);
        connections.add(stranger);
        assertThat(stranger.failedCrawl())
                .isEqualTo(TaskError.of(
                        ErrorCode.TLS_FAILED, "the server's certificate was not issued by a trusted authority"));
        assertThat(connection(configuration.deepCopy().put("host", "127.0.0.1"))
                        .failedCrawl()
                        .message())
                .isEqualTo("the server's certificate does not name the configured host");
        assertThat(stub.requests).isEmpty();
    }

    @Test
    void aTokenThatIsRevokedInTheMiddleEndsTheRun() {
        stub.schema(List.of(catalog, "stock"));
        stub.script =
                path -> path.contains("schema_name=stock") ? Refusal.of(403, "403", "Invalid access token.") : null;
        assertThat(connection.failedCrawl())
                .isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "Invalid access token."));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error_code\": 403, \"message\": \"Unauthorized network access to workspace\"}",
                "{\"error_code\": \"403\", \"message\": \"Unauthorized network access to workspace\"}"
            })
    void whyALoginIsRefusedIsShown(String body) {
        stub.script = path -> new Refusal(403, body);
        assertThat(connection.failedCrawl())
                .isEqualTo(TaskError.of(ErrorCode.AUTHENTICATION_FAILED, "Unauthorized network access to workspace"));
    }

    @Test
    void theTokenOfAClientThatAWorkspaceRepeatsIsNotShown() {
        SourceConnection client =
                connection(server.configurations(server.port(), catalog).getLast());
        // As a refused token is answered, but with a code that shows what the workspace says.
        stub.script = path -> Refusal.of(400, "INVALID_PARAMETER_VALUE", "you sent " + stub.lastToken());
        assertThat(client.failedCrawl().message()).isEqualTo("the workspace answered with an error (status 400)");
    }

    /** Of SHA-1 and of SHA-256, which is signed in another way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01",
                "q83vASNFZ4mrze8BI0VniavN7wE",
                "abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"
            })
    void aCertificateLogsInAtItsAuthority(String thumbprint) throws Exception {
        table("orders", "MANAGED");
        connection(withCertificate("pkcs8-des3.pem", thumbprint)).crawl();
        String authority = "https://localhost:" + server.port() + "/certificate/token";
        assertThat(stub.assertions.poll())
                .extracting(token -> token.claims().path("aud").stringValue())
                .isEqualTo(authority);
    }

    @Test
    void aCertificateThatDoesNotFitIsSaidSo() {
        assertThat(connection(withCertificate("pkcs8.pem", "00")).failedCrawl().message())
                .startsWith("publicCertificateThumbprint has to be");
        String another = "00".repeat(20);
        assertThat(connection(withCertificate("pkcs8.pem", another)).failedCrawl())
                .isEqualTo(new TaskError(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "the authority refused the client id or its certificate",
                        false));
    }

    private ObjectNode withCertificate(String key, String thumbprint) {
        ObjectNode configuration = server.configurations(server.port(), catalog).getFirst();
        configuration
                .putObject("credential")
                .put("authenticationType", "OAuthWithCertificate")
                .put("clientId", WorkspaceStub.CLIENT)
                .put("authorityUrl", "https://localhost:" + server.port() + "/certificate/token")
                .put("scope", "all")
                .put("publicCertificateThumbprint", thumbprint)
                .putObject("privateKey")
                .put("content", TestKey.file(key))
                .put("password", TestKey.PASSWORD);
        return configuration;
    }

    private ObjectNode table(String name, String type) {
        ObjectNode table = stub.table(List.of(catalog, "shop", name), type);
        WorkspaceStub.column(table, "id", "int");
        return table;
    }

    private SourceConnection connection(ObjectNode configuration) {
        SourceConnection made = new SourceConnection(server, configuration);
        made.settings = CatalogFixture.settings(List.of(catalog + "*/**"), List.of());
        connections.add(made);
        return made;
    }
}
