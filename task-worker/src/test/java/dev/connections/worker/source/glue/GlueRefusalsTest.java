package dev.connections.worker.source.glue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.glue.GlueStub.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.StandardEnvironment;
import tools.jackson.databind.node.ObjectNode;

/** What is made of it where Glue refuses, is busy, or fails in the middle. */
class GlueRefusalsTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final String DENIED =
            "User: arn:aws:iam::123456789012:user/x is not authorized to perform: glue:GetTables";

    private final GlueServer server = GlueServer.shared();
    private final GlueStub stub = server.stub();
    private final String database = "refusals" + NUMBER.incrementAndGet();
    private final String other = database + "_b";
    private final List<SourceConnection> connections = new ArrayList<>();
    private final SourceConnection connection =
            connection(server.configurations(server.port(), database).getFirst());

    @BeforeEach
    void create() {
        table(database, "orders");
        table(other, "items");
    }

    @AfterEach
    void close() {
        stub.script = (action, asked) -> null;
        stub.ahead = Duration.ZERO;
        stub.isExpired = false;
        connections.forEach(SourceConnection::close);
        stub.drop(List.of(database));
        stub.drop(List.of(other));
    }

    @Test
    void aSessionTokenThatHasRunOutIsSaidSoAndNotShown() throws Exception {
        SourceConnection session = session();
        session.crawl();
        stub.script = (action, asked) -> {
            stub.isExpired = action.equals("GetTables");
            return null;
        };
        TaskError error = session.failedCrawl();
        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(error.message()).startsWith("the session token has expired");
    }

    @ParameterizedTest
    @ValueSource(longs = {-6, 6})
    void aClockThatIsWrongIsSaidSo(long minutes) {
        stub.ahead = Duration.ofMinutes(minutes);
        assertThat(connection.failedCrawl())
                .isEqualTo(TaskError.of(
                        ErrorCode.AUTHENTICATION_FAILED,
                        "AWS refused the time of the signature; the worker's clock is wrong by minutes"));
    }

    @Test
    void aClockThatIsWrongByLessThanAwsTakesDoesNoHarm() throws Exception {
        stub.ahead = Duration.ofMinutes(4);
        assertThat(connection.crawl().objects().seen()).isEqualTo(4);
    }

    /** AWS answers with what it would have signed, and the token of the session is among that. */
    @Test
    void whatAwsWouldHaveSignedIsNotShown() {
        ObjectNode configuration =
                server.configurations(server.port(), database).getLast();
        configuration.withObject("/credential").put("secretAccessKey", "wr0ng");
        TaskError error = connection(configuration).failedCrawl();
        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(error.message())
                .startsWith("AWS refused the signature: the secret access key is not that of the access key id")
                .doesNotContain("t0ken", "Canonical");
    }

    @Test
    void aKeyOfAnotherRegionOrThatNobodyKnowsIsSaidSo() {
        ObjectNode configuration =
                server.configurations(server.port(), database).getFirst();
        assertThat(connection(configuration.deepCopy().put("region", "us-gov-west-1"))
                        .failedCrawl()
                        .message())
                .contains("another region's");
        configuration.withObject("/credential").put("accessKeyId", "AKIAOTHER");
        TaskError error = connection(configuration).failedCrawl();
        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(error.message()).startsWith("AWS does not know the access key id");
    }

    /** A temporary key is known only with its token. */
    @Test
    void aSessionWithoutItsTokenIsRefused() {
        ObjectNode configuration =
                server.configurations(server.port(), database).getLast();
        configuration.withObject("/credential").remove("sessionToken");
        assertThat(connection(configuration).failedCrawl().message()).contains("ASIA needs its session token");
    }

    @ParameterizedTest
    @CsvSource({
        "IncompleteSignature, AWS could not read the access key id",
        "MissingAuthenticationTokenException, AWS could not read the access key id",
        "com.amazon.coral.service#UnrecognizedClientException, AWS does not know the access key id",
        "OptInRequired:http://internal.amazon.com/, the account may not use Glue in the region"
    })
    void everyRefusalOfALoginIsDescribed(String type, String words) {
        stub.script = (action, asked) -> Refusal.of(403, type, "said by AWS");
        TaskError error = connection.failedCrawl();
        assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
        assertThat(error.message()).startsWith(words).doesNotContain("said by AWS");
    }

    /** A source that repeats the signature, the whole secret or the session's token. */
    @ParameterizedTest
    @ValueSource(strings = {"signature", "secret", "token"})
    void whatASourceRepeatsIsNotShown(String what) {
        stub.script = (action, asked) -> Refusal.of(
                400,
                "InvalidInputException",
                "you sent "
                        + switch (what) {
                            case "signature" -> stub.lastAuthorization;
                            case "secret" -> GlueStub.SESSION.secretAccessKey();
                            default -> GlueStub.SESSION.sessionToken();
                        });
        assertThat(session().failedCrawl())
                .isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, "Glue answered with an error (status 400)", false));
    }

    @Test
    void aDatabaseThatIsRefusedIsAWarningUnlessAllAre() throws Exception {
        connection.crawl();
        stub.drop(List.of(database, "orders"));
        stub.drop(List.of(other, "items"));
        stub.script =
                (action, asked) -> asked.path("DatabaseName").stringValue("").equals(database)
                        ? Refusal.of(400, "AccessDeniedException", DENIED)
                        : null;

        CrawlResult result = connection.crawl();

        assertThat(connection.list("name", "missing_since is not null")).containsExactly("items");
        assertThat(result.warnings())
                .contains("database " + database
                        + " could not be read to its end, so the rest of it was left as it is; the source said: "
                        + DENIED);
        stub.script =
                (action, asked) -> action.equals("GetTables") ? Refusal.of(400, "AccessDeniedException", DENIED) : null;
        TaskError error = connection.failedCrawl();
        assertThat(error.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        assertThat(error.message())
                .startsWith("attach an IAM policy that allows glue:GetDatabases, glue:GetTables and glue:GetTable")
                .endsWith("AWS said: " + DENIED);
    }

    @Test
    void aDatabaseThatIsDroppedInTheMiddleIsKeptUntilTheNextCrawl() throws Exception {
        connection.crawl();
        stub.script = (action, asked) -> {
            if (action.equals("GetTables")) {
                stub.drop(List.of(database));
                stub.drop(List.of(other));
            }
            return null;
        };
        CrawlResult result = connection.crawl();
        assertThat(result.objects().missing()).isZero();
        assertThat(result.warnings()).anyMatch(warning -> warning.startsWith("Glue has no database " + database));
        stub.database(other);
        stub.script = (action, asked) -> null;
        assertThat(connection.crawl().objects().missing()).isEqualTo(3);
    }

    @Test
    void aListThatFailsInTheMiddleLeavesTheDatabaseAsItIs() throws Exception {
        for (int i = 0; i < 3; i++) {
            table(database, "t" + i);
        }
        connection.crawl();
        stub.drop(List.of(database, "orders"));
        stub.script = (action, asked) -> asked.has("NextToken")
                        && asked.path("DatabaseName").stringValue("").equals(database)
                ? Refusal.of(400, "GlueEncryptionException", "no key")
                : null;
        CrawlResult result = connection.crawl();
        assertThat(result.objects().missing()).isZero();
        assertThat(result.warnings()).anyMatch(warning -> warning.endsWith("the source said: no key"));
    }

    @ParameterizedTest
    @CsvSource({
        "400, ThrottlingException, 6",
        "400, com.amazonaws.glue#OperationTimeoutException, 2",
        "500, InternalServiceException, 2",
        "503, ServiceUnavailable, 3",
        "429, '', 3"
    })
    void aServiceThatIsBusyIsAskedAgain(int status, String type, int times) throws Exception {
        AtomicInteger refused = new AtomicInteger();
        stub.script = (action, asked) -> action.equals("GetTables") && refused.incrementAndGet() <= times
                ? Refusal.of(status, type, "Rate exceeded")
                : null;
        assertThat(connection.crawl().objects().seen()).isEqualTo(4);
        assertThat(refused.get()).isGreaterThan(times);
    }

    @Test
    void anErrorOfGluesThatStaysIsAWarning() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        stub.script = (action, body) -> {
            boolean isIt = body.path("DatabaseName").stringValue("").equals(database);
            return isIt && asked.incrementAndGet() > 0 ? Refusal.of(500, "InternalServiceException", "a defect") : null;
        };
        assertThat(connection.crawl().warnings()).anyMatch(warning -> warning.endsWith("the source said: a defect"));
        assertThat(asked).hasValue(5);
    }

    @Test
    void aCatalogThatIsNotThereIsSaidSo() {
        ObjectNode configuration =
                server.configurations(server.port(), database).getFirst().put("catalogId", "210987654321");
        TaskError error = connection(configuration).failedCrawl();
        assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
        assertThat(error.message()).contains("catalogId").endsWith("AWS said: Catalog not found.");
    }

    @Test
    void aValidationNamesWhatIsAmiss() throws Exception {
        assertThat(connection.validate())
                .allSatisfy(finding -> assertThat(finding).isNotInstanceOf(Finding.Warning.class));
        stub.script =
                (action, asked) -> asked.path("DatabaseName").stringValue("").equals(database)
                        ? Refusal.of(400, "AccessDeniedException", DENIED)
                        : null;
        assertThat(connection.validate().getLast().message()).contains(database + "; attach an IAM policy");
        stub.script =
                (action, asked) -> action.equals("GetTables") ? Refusal.of(400, "AccessDeniedException", DENIED) : null;
        assertThat(connection.failedValidation().code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        stub.script = (action, asked) -> new Refusal(200, "{\"DatabaseList\": [{\"Name\": \"else\"}]}");
        assertThat(connection.validate().getLast().message()).contains("patterns cover none");
        stub.script = (action, asked) -> new Refusal(200, "{\"DatabaseList\": []}");
        assertThat(connection.failedValidation().message()).contains("attach an IAM policy");
    }

    /** Nothing is signed for a host whose certificate nobody vouches for. */
    @Test
    void anEndpointHasToProveWhoItIs() {
        ObjectNode configuration =
                server.configurations(server.port(), database).getFirst();
        NetworkProperties network = new NetworkProperties(
                true, Duration.ofSeconds(20), List.of(), null, server.endpoints("https://localhost:" + server.port()));
        stub.lastAuthorization = "";
        SourceConnection stranger = new SourceConnection(
                server.technology(),
                dialer -> new GlueSource(new SourceDialer(network, new StandardEnvironment(), Set::of)),
                configuration);
        connections.add(stranger);
        assertThat(stranger.failedCrawl())
                .isEqualTo(TaskError.of(
                        ErrorCode.TLS_FAILED, "the server's certificate was not issued by a trusted authority"));
        assertThat(stub.lastAuthorization).isEmpty();
    }

    private void table(String database, String name) {
        stub.database(database);
        GlueStub.column(stub.table(List.of(database, name), "EXTERNAL_TABLE"), "id", "int");
    }

    private SourceConnection session() {
        return connection(server.configurations(server.port(), database).getLast());
    }

    private SourceConnection connection(ObjectNode configuration) {
        SourceConnection made = new SourceConnection(server, configuration);
        made.settings = CatalogFixture.settings(List.of(database + "*/**"), List.of());
        connections.add(made);
        return made;
    }
}
