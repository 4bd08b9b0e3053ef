package dev.connections.worker.source.snowflake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.StubCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The stand-in's answers have the members that Snowflake's SQL API reference documents, and no other, since Snowflake has no
 * client in Java that could read them. What is here was copied from the tables and examples of "Types of objects in the
 * response body", and of requests from "Body of the POST request" (docs.snowflake.com/developer-guide/sql-api/reference).
 */
class SnowflakeSpecificationTest {
    /** But for statementHandles and stats, which are of requests with several statements, and of statements that change rows. */
    private static final Set<String> RESULT_SET = Set.of(
            "code",
            "sqlState",
            "message",
            "statementHandle",
            "createdOn",
            "statementStatusUrl",
            "resultSetMetaData",
            "data");

    private static final Set<String> META_DATA = Set.of("numRows", "format", "rowType", "partitionInfo");
    private static final Set<String> ROW_TYPE = Set.of("name", "type", "length", "precision", "scale", "nullable");
    private static final Set<String> ROW_TYPE_OF_EXAMPLES =
            Set.of("database", "schema", "table", "byteLength", "collation");
    private static final Set<String> PARTITION_INFO = Set.of("rowCount", "uncompressedSize");
    private static final Set<String> PARTITION_INFO_OF_THE_PACKED =
            Set.of("rowCount", "uncompressedSize", "compressedSize");

    /** The example of a statement that runs has no more than these of the table. */
    private static final Set<String> QUERY_STATUS = Set.of("code", "message", "statementHandle", "statementStatusUrl");

    private static final Set<String> QUERY_FAILURE_STATUS =
            Set.of("code", "sqlState", "message", "statementHandle", "createdOn", "statementStatusUrl");
    private static final Set<String> CANCEL_STATUS =
            Set.of("code", "sqlState", "message", "statementHandle", "statementStatusUrl");
    private static final Set<String> ERROR = Set.of("code", "message");
    private static final Set<String> REQUEST =
            Set.of("statement", "timeout", "database", "schema", "warehouse", "role", "bindings", "parameters");

    private static final String DATABASE = "SPECIFIED";
    private static final String STATEMENTS = "/api/v2/statements";

    private final AccountServer server = AccountServer.shared();
    private final AccountStub stub = server.stub();
    private final HttpClient client = client();

    private static HttpClient client() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, StubCertificate.shared().trustManagers(), null);
            return HttpClient.newBuilder().sslContext(context).build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void create() {
        server.createDatabase(DATABASE);
        server.createSchema(List.of(DATABASE, "SHOP"));
        for (int i = 0; i < 100; i++) {
            server.createTable(List.of(DATABASE, "SHOP", "T" + i), List.of("ID"));
        }
        stub.statements.clear();
    }

    @AfterEach
    void close() {
        stub.throttled.clear();
        client.close();
        server.dropDatabase(DATABASE);
    }

    @Test
    void aStatementThatRunsIsAQueryStatus() throws Exception {
        HttpResponse<String> answer = submit("select 1");
        assertThat(answer.statusCode()).isEqualTo(202);
        assertMembers(answer, QUERY_STATUS);
    }

    @Test
    void rowsAreAResultSet() throws Exception {
        HttpResponse<String> answer = ended(relations());
        assertThat(answer.statusCode()).isEqualTo(200);
        assertMembers(answer, RESULT_SET);
        JsonNode metaData = json(answer).path("resultSetMetaData");
        assertThat(metaData.propertyNames()).containsExactlyInAnyOrderElementsOf(META_DATA);
        assertThat(metaData.path("format").stringValue()).isEqualTo("jsonv2");
        assertThat(metaData.path("numRows").isIntegralNumber()).isTrue();
        assertThat(metaData.path("rowType"))
                .isNotEmpty()
                .allSatisfy(column -> assertThat(column.propertyNames())
                        .containsExactlyInAnyOrderElementsOf(union(ROW_TYPE, ROW_TYPE_OF_EXAMPLES)));
        JsonNode partitions = metaData.path("partitionInfo");
        assertThat(partitions).hasSizeGreaterThan(1);
        assertThat(partitions.path(0).propertyNames()).containsExactlyInAnyOrderElementsOf(PARTITION_INFO);
        assertThat(partitions.path(1).propertyNames())
                .containsExactlyInAnyOrderElementsOf(PARTITION_INFO_OF_THE_PACKED);
        assertThat(json(answer).path("data"))
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row)
                        .allSatisfy(value ->
                                assertThat(value.isString() || value.isNull()).isTrue()));
    }

    /** Of the members of a ResultSet, the guide says that metadata comes with the first partition only. */
    @Test
    void aFurtherPartitionHasNoMembersThatAResultSetLacks() throws Exception {
        String handle = handleOf(submit(relations()));
        ask("GET", STATEMENTS + "/" + handle, "");
        ask("GET", STATEMENTS + "/" + handle, "");
        HttpResponse<byte[]> part = client.send(
                request("GET", STATEMENTS + "/" + handle + "?partition=1", "").build(),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(part.statusCode()).isEqualTo(200);
        assertThat(part.headers().firstValue("Content-Encoding")).contains("gzip");
        try (InputStream body = new GZIPInputStream(new ByteArrayInputStream(part.body()))) {
            JsonNode read = Json.tree(new String(body.readAllBytes(), StandardCharsets.UTF_8));
            assertThat(RESULT_SET).containsAll(read.propertyNames());
            assertThat(read.path("data")).isNotEmpty();
        }
    }

    @Test
    void aStatementThatFailsIsAQueryFailureStatus() throws Exception {
        HttpResponse<String> answer = ended("select nothing from \"" + DATABASE + "\".\"INFORMATION_SCHEMA\".\"NONE\"");
        assertThat(answer.statusCode()).isEqualTo(422);
        assertMembers(answer, QUERY_FAILURE_STATUS);
        assertThat(Json.tree(AccountStub.Refusal.of("1", "of a test").body()).propertyNames())
                .containsExactlyInAnyOrderElementsOf(QUERY_FAILURE_STATUS);
    }

    @Test
    void aCancelIsAnsweredWithItsStatus() throws Exception {
        String handle = handleOf(submit("select 1"));
        assertMembers(ask("POST", STATEMENTS + "/" + handle + "/cancel", ""), CANCEL_STATUS);
    }

    @Test
    void aRefusalOfTheRequestHasACodeAndAMessage() throws Exception {
        stub.throttled.add("");
        HttpResponse<String> throttled = submit("select 1");
        assertThat(throttled.statusCode()).isEqualTo(429);
        assertMembers(throttled, ERROR);
        HttpResponse<String> stranger = client.send(
                request("POST", STATEMENTS, "{}")
                        .setHeader("Authorization", "Bearer wr0ng")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertMembers(stranger, ERROR);
    }

    @Test
    void aCrawlSendsNoMembersThatTheReferenceLacks() throws Exception {
        try (SourceConnection connection = new SourceConnection(
                server, server.configurations(server.port(), DATABASE).getFirst())) {
            connection.settings = CatalogFixture.settings(List.of(DATABASE + "/**"), List.of());
            assertThat(connection.crawl().objects().seen()).isEqualTo(2 + 100);
        }
        assertThat(stub.statements)
                .isNotEmpty()
                .allSatisfy(body -> assertThat(REQUEST).containsAll(body.propertyNames()));
    }

    private static String relations() {
        return new SnowflakeSql.Scope(DATABASE, null, null).relations().sql();
    }

    private static void assertMembers(HttpResponse<String> answer, Set<String> documented) {
        assertThat(json(answer).propertyNames()).containsExactlyInAnyOrderElementsOf(documented);
    }

    private static Collection<String> union(Set<String> one, Set<String> other) {
        Set<String> both = new HashSet<>(one);
        both.addAll(other);
        return both;
    }

    private HttpResponse<String> submit(String sql) throws IOException, InterruptedException {
        return ask(
                "POST",
                STATEMENTS + "?async=true",
                Json.object().put("statement", sql).toString());
    }

    /** What a statement ends with: the stand-in lets each of tables run for one question. */
    private HttpResponse<String> ended(String sql) throws IOException, InterruptedException {
        String path = STATEMENTS + "/" + handleOf(submit(sql));
        HttpResponse<String> answer = ask("GET", path, "");
        return answer.statusCode() == SnowflakeAnswer.RUNNING ? ask("GET", path, "") : answer;
    }

    private static String handleOf(HttpResponse<String> answer) {
        return json(answer).path("statementHandle").stringValue();
    }

    private HttpResponse<String> ask(String method, String path, String body) throws IOException, InterruptedException {
        return client.send(request(method, path, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + server.port() + path))
                .header("Authorization", "Bearer " + AccountStub.TOKEN)
                .header("X-Snowflake-Authorization-Token-Type", "PROGRAMMATIC_ACCESS_TOKEN")
                .header("Accept", "application/json")
                .header("User-Agent", "test")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
    }

    private static JsonNode json(HttpResponse<String> answer) {
        return Json.tree(answer.body());
    }
}
