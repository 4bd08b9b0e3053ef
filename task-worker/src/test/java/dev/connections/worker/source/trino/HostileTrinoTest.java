package dev.connections.worker.source.trino;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskInput;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Stand-ins that speak the protocol and fail, lie, or send more than anybody can hold. */
class HostileTrinoTest {
    private static final String SECRET = "s3cret-of-app";
    private static final int TABLES = Integer.getInteger("many.tables", 5_000);
    private static final int TABLES_PER_PAGE = 500;

    /** One catalog with one table, as a cluster would answer. */
    private static TrinoStub.Pages healthy(String sql) {
        if (sql.contains("system.metadata.catalogs")) {
            return TrinoStub.rows(TrinoStub.row("shop"));
        }
        if (sql.contains("information_schema.schemata")) {
            return TrinoStub.rows(TrinoStub.row("sales"));
        }
        return TrinoStub.rows(
                TrinoStub.row("sales", "orders", "BASE TABLE", "false", "", "1", "id", "integer", "YES", "", ""));
    }

    @Test
    void anAddressElsewhereIsNotFollowed() throws Exception {
        try (FakeServer other = FakeServer.thatIsSilent();
                TrinoStub stub = new TrinoStub(sql -> TrinoStub.pages(
                        "\"nextUri\": \"http://127.0.0.1:" + other.port() + "/v1/statement/executing/q/1\""));
                SourceConnection connection = connection(stub.port())) {
            TaskError error = connection.failedCrawl();
            assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
            assertThat(error.message()).contains("http-server.process-forwarded=true");
            assertThat(other.wasReached()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PERMISSION_DENIED, USER_ERROR, PERMISSION_DENIED, false",
        "SYNTAX_ERROR, USER_ERROR, REMOTE_ERROR, false",
        "EXCEEDED_TIME_LIMIT, INSUFFICIENT_RESOURCES, REMOTE_ERROR, true",
        "SERVER_STARTING_UP, INTERNAL_ERROR, REMOTE_ERROR, true",
        "JDBC_ERROR, EXTERNAL, REMOTE_ERROR, true"
    })
    void whatTheClusterSaysDecidesWhetherToTryAgain(String name, String type, ErrorCode code, boolean retryable) {
        try (TrinoStub stub = new TrinoStub(sql -> TrinoStub.error(name, type, "it said so"));
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.failedCrawl()).isEqualTo(new TaskError(code, "it said so", retryable));
        }
    }

    @Test
    void anErrorThatRepeatsThePasswordIsNotShown() {
        try (TrinoStub stub =
                        new TrinoStub(sql -> TrinoStub.error("X", "USER_ERROR", "no login with " + SECRET + " here"));
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.failedCrawl().message())
                    .doesNotContain(SECRET)
                    .contains("failed a statement");
        }
    }

    @Test
    void thePasswordIsNeverSentInClear() throws Exception {
        try (TrinoStub stub = new TrinoStub(HostileTrinoTest::healthy);
                SourceConnection connection = connection(stub.port())) {
            connection.crawl();
            assertThat(stub.requests)
                    .isNotEmpty()
                    .allSatisfy(headers -> assertThat(headers)
                            .containsEntry("X-trino-user", List.of("app"))
                            .doesNotContainKey("Authorization"));
            assertThat(stub.requests.toString()).doesNotContain(SECRET);
        }
    }

    /** What stands after the first colon would be taken for the password. */
    @Test
    void aUserNameWithAColonIsRefusedWhereThePasswordIsSentWithIt() throws Exception {
        try (TrinoStub stub = new TrinoStub(HostileTrinoTest::healthy)) {
            ObjectNode configuration = configuration(stub.port());
            configuration.withObject("/credential").put("username", "team:app");
            try (SourceConnection trusted = connection(configuration)) {
                assertThat(trusted.crawl().objects().created()).isEqualTo(3);
            }
            int before = stub.requests.size();
            configuration.withObject("/tls").put("mode", "VERIFY_CA");
            try (SourceConnection refused = connection(configuration)) {
                TaskError error = refused.failedCrawl();
                assertThat(error.code()).isEqualTo(ErrorCode.AUTHENTICATION_FAILED);
                assertThat(error.message()).contains("a user name with a colon", "RFC 7617");
            }
            assertThat(stub.requests).hasSize(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "JDBC_ERROR, EXTERNAL, the cluster failed statements of these catalogs: broken",
        "PERMISSION_DENIED, USER_ERROR, the account may not read the information_schema of these catalogs: broken;"
    })
    void aCatalogThatCannotBeReadIsAWarningOfAValidationToo(String name, String type, String words) throws Exception {
        try (TrinoStub stub = new TrinoStub(sql -> {
                    if (sql.contains("where false")) {
                        return sql.contains("\"broken\"")
                                ? TrinoStub.error(name, type, "it said so")
                                : TrinoStub.rows();
                    }
                    return sql.equals("select 1")
                            ? TrinoStub.rows(TrinoStub.row("1"))
                            : TrinoStub.rows(TrinoStub.row("broken"), TrinoStub.row("shop"));
                });
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.validate().getLast())
                    .isInstanceOfSatisfying(
                            Finding.Warning.class,
                            warning -> assertThat(warning.message()).startsWith(words));
        }
    }

    @Test
    void aCatalogThatFailsIsAWarningAndTheOthersGoOn() throws Exception {
        AtomicInteger round = new AtomicInteger();
        try (TrinoStub stub = new TrinoStub(sql -> {
                    if (sql.contains("system.metadata.catalogs")) {
                        return TrinoStub.rows(TrinoStub.row("broken"), TrinoStub.row("shop"));
                    }
                    return round.get() > 0 && sql.contains("\"broken\".information_schema.tables")
                            ? TrinoStub.error("JDBC_ERROR", "EXTERNAL", "Connection refused")
                            : healthy(sql);
                });
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.crawl().objects().created()).isEqualTo(6);
            round.incrementAndGet();

            var result = connection.crawl();

            assertThat(result.warnings())
                    .singleElement()
                    .satisfies(warning ->
                            assertThat(warning).contains("catalog broken could not be read", "Connection refused"));
            assertThat(result.objects().missing()).isZero();
            assertThat(connection.list("name", "missing_since is not null")).isEmpty();
        }
    }

    @Test
    void aCrawlOfWhatCannotBeReadFailsAndNothingIsMissing() throws Exception {
        AtomicReference<String> broken = new AtomicReference<>("nothing");
        try (TrinoStub stub = new TrinoStub(failing(broken));
                SourceConnection connection = connection(stub.port())) {
            connection.crawl();
            UUID table = connection.idAt(List.of("shop", "sales", "orders"));
            UUID schema = connection.idAt(List.of("shop", "sales"));
            for (String query : List.of("information_schema.tables", "information_schema.schemata")) {
                broken.set(query);
                assertThatThrownBy(() -> connection.crawl(TaskInput.of(table))).hasMessageContaining("no luck");
                assertThatThrownBy(() -> connection.crawl(TaskInput.of(schema))).hasMessageContaining("no luck");
                assertThatThrownBy(connection::crawl).as("all catalogs").hasMessageContaining("no luck");
            }
            assertThat(connection.list("name", "missing_since is not null")).isEmpty();
        }
    }

    @Test
    void definitionsThatCannotBeReadStayAsTheyWere() throws Exception {
        AtomicReference<String> broken = new AtomicReference<>("nothing");
        try (TrinoStub stub = new TrinoStub(sql -> withAnEmptyCatalog(sql, failing(broken)));
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.crawl().warnings()).isEmpty();
            assertThat(definition(connection)).isEqualTo("select 1");
            broken.set("\"shop\".information_schema.views");

            assertThat(connection.crawl().warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning).contains("catalog shop", "no luck"));

            assertThat(definition(connection)).isEqualTo("select 1");
        }
    }

    private static TrinoStub.Pages withAnEmptyCatalog(String sql, TrinoStub.Script other) {
        if (sql.contains("system.metadata.catalogs")) {
            return TrinoStub.rows(TrinoStub.row("empty"), TrinoStub.row("shop"));
        }
        return sql.contains("\"empty\"") ? TrinoStub.rows() : other.answer(sql);
    }

    @Test
    void aRelationThatShowsNoColumnsIsKeptWithAWarning() throws Exception {
        AtomicBoolean hidden = new AtomicBoolean();
        try (TrinoStub stub = new TrinoStub(sql -> hidden.get() && sql.contains("information_schema.tables")
                        ? TrinoStub.rows(TrinoStub.row("sales", "orders", "VIEW", "false", "", "", "", "", "", "", ""))
                        : healthy(sql));
                SourceConnection connection = connection(stub.port())) {
            connection.crawl();
            hidden.set(true);

            assertThat(connection.crawl().warnings())
                    .singleElement()
                    .satisfies(warning -> assertThat(warning).contains("the columns of shop/sales/orders"));
            assertThat(connection.valueAt("column_names", List.of("shop", "sales", "orders")))
                    .isEqualTo("{id}");
        }
    }

    @Test
    void aStatementThatIsNotReadToItsEndIsCanceledOnce() {
        try (TrinoStub stub = new TrinoStub(sql -> sql.contains("system.metadata.catalogs")
                        ? page -> "\"data\": [" + TrinoStub.row("shop" + page) + "]"
                        : healthy(sql));
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
            await().until(() -> stub.canceled.contains("q1"));
            assertThat(stub.canceled).hasSize(1);
        }
    }

    /** Also in a heap of 64 MB; all rows at once would take twenty times the length of the page. */
    @Test
    void aPageOfTinyRowsIsReadRowByRow() {
        String page = "\"data\": [" + "[1],".repeat(1_500_000) + "[1]]";
        try (TrinoStub stub = new TrinoStub(sql -> TrinoStub.pages(page));
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        }
    }

    @Test
    void anErrorIsShownWithoutWhatTheLoginSends() {
        QueryFailedException error = new QueryFailedException("X", "USER_ERROR", "header YXBwOnNlY3JldA== refused");
        assertThat(error.without("YXBwOnNlY3JldA==").getMessage()).isNull();
        assertThat(error.without("YXBw.")).isSameAs(error);
    }

    @Test
    void aClusterThatIsBusyIsAskedAgain() throws Exception {
        AtomicInteger refusals = new AtomicInteger(3);
        try (TrinoStub stub =
                        new TrinoStub(HostileTrinoTest::healthy, () -> refusals.getAndDecrement() > 0 ? 503 : 200);
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.crawl().objects().created()).isEqualTo(3);
        }
    }

    @Test
    void anAnswerThatIsTooLongEndsTheRun() throws Exception {
        try (FakeServer endless = FakeServer.that((socket, server) -> {
                    socket.getInputStream().read();
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n{\"data\": [["
                                    .getBytes(StandardCharsets.US_ASCII));
                    byte[] chunk = "\"x\",".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
                    for (int i = 0; i < 10_000; i++) {
                        socket.getOutputStream().write(chunk);
                    }
                });
                SourceConnection connection = connection(endless.port())) {
            TaskError error = connection.failedCrawl();
            assertThat(error.code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
            assertThat(error.message()).contains("connections.worker.source.row");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"data\": [[\"a\", \"b\"]]",
                "\"data\": [[]]",
                "\"data\": [{}]",
                "\"data\": {\"values\": [1]}",
                "\"data\": [[[[[[\"deep\"]]]]]]",
                "\"nextUri\": {}",
                "\"error\": 7"
            })
    void rowsOfAnotherShapeAreAClearError(String members) {
        try (TrinoStub stub = new TrinoStub(sql -> TrinoStub.pages(members));
                SourceConnection connection = connection(stub.port())) {
            TaskError error = connection.failedCrawl();
            assertThat(error.code()).isEqualTo(ErrorCode.REMOTE_ERROR);
            assertThat(error.message()).contains("not as a Trino cluster does");
        }
    }

    /** A catalog with a view, in which the queries with a text fail. */
    private static TrinoStub.Script failing(AtomicReference<String> text) {
        return sql -> {
            if (sql.contains(text.get())) {
                return TrinoStub.error("JDBC_ERROR", "EXTERNAL", "no luck");
            }
            if (sql.contains("information_schema.tables")) {
                return TrinoStub.rows(
                        TrinoStub.row(
                                "sales", "orders", "BASE TABLE", "false", "", "1", "id", "integer", "YES", "", ""),
                        TrinoStub.row("sales", "totals", "VIEW", "false", "", "1", "n", "bigint", "YES", "", ""));
            }
            return sql.contains("information_schema.views")
                    ? TrinoStub.rows(TrinoStub.row("sales", "totals", "select 1"))
                    : healthy(sql);
        };
    }

    private static @Nullable String definition(SourceConnection connection) {
        return connection.valueAt("detail ->> 'viewDefinition'", List.of("shop", "sales", "totals"));
    }

    /**
     * With {@code -Dmany.tables=100000} in a heap of 64 MB this shows that what a crawl holds does not grow with them; in the
     * normal build it shows that they are all read.
     */
    @Test
    void allOfManyTablesAreFound() throws Exception {
        try (TrinoStub stub = new TrinoStub(sql ->
                        sql.contains("information_schema.tables") ? HostileTrinoTest::manyTables : healthy(sql));
                SourceConnection connection = connection(stub.port())) {
            assertThat(connection.crawl().objects().created()).isEqualTo(TABLES + 2);
            assertThat(connection.list("name", "cardinality(path) = 3 and column_names <> '{c1,c2,c3,c4}'"))
                    .isEmpty();
        }
    }

    private static @Nullable String manyTables(int page) {
        if (page >= TABLES / TABLES_PER_PAGE) {
            return null;
        }
        return IntStream.range(page * TABLES_PER_PAGE, (page + 1) * TABLES_PER_PAGE)
                .boxed()
                .flatMap(table -> IntStream.rangeClosed(1, 4)
                        .mapToObj(column -> TrinoStub.row(
                                "sales",
                                String.format(Locale.ROOT, "table%07d", table),
                                "BASE TABLE",
                                "false",
                                "A table",
                                String.valueOf(column),
                                "c" + column,
                                "integer",
                                "YES",
                                "",
                                "A column")))
                .collect(Collectors.joining(",", "\"data\": [", "]"));
    }

    private static SourceConnection connection(int port) {
        return connection(configuration(port));
    }

    private static SourceConnection connection(ObjectNode configuration) {
        SourceConnection connection = new SourceConnection(Technology.TRINO, TrinoSource::new, configuration);
        connection.settings = CatalogFixture.settings(List.of("**"), List.of());
        return connection;
    }

    private static ObjectNode configuration(int port) {
        ObjectNode configuration = Json.object().put("host", "127.0.0.1").put("port", port);
        configuration.set("tls", Json.object().put("mode", "DISABLE"));
        configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", "app")
                .put("password", SECRET);
        return configuration;
    }
}
