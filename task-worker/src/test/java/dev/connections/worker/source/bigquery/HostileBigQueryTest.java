package dev.connections.worker.source.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.bigquery.BigQueryStub.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What is made of the errors of a stand-in for BigQuery, and of answers that BigQuery never gives. */
class HostileBigQueryTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final BigQueryServer server = BigQueryServer.shared();
    private final BigQueryStub stub = server.stub();
    private final String project = "hostile-" + NUMBER.incrementAndGet();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), project).getFirst());

    @BeforeEach
    void create() {
        stub.project(project);
        stub.dataset(List.of(project, "shop"));
        stub.requests.clear();
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        connection.close();
        stub.drop(List.of(project));
    }

    @Test
    void aProjectThatIsTooBusyIsAskedAgainAlsoWhereItSaysSoWithAnotherStatus() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        table("orders", "TABLE");
        stub.script = path -> path.contains("/tables/")
                ? switch (asked.incrementAndGet()) {
                    case 1 -> Refusal.of(403, "rateLimitExceeded", "Exceeded rate limits");
                    case 2 -> new Refusal(429, "");
                    case 3 -> Refusal.of(500, "backendError", "Error encountered during execution. Retrying may help");
                    default -> null;
                }
                : null;

        assertThat(connection.crawl().objects().seen()).isEqualTo(3);
        assertThat(asked.get()).isEqualTo(4);
    }

    @Test
    void aQuotaThatIsUsedUpEndsTheRunForNow() {
        table("orders", "TABLE");
        stub.script =
                path -> path.contains("/tables/") ? Refusal.of(403, "quotaExceeded", "Quota exceeded: requests") : null;
        assertThat(connection.failedCrawl())
                .isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, "Quota exceeded: requests", true));
    }

    @Test
    void whatIsDroppedMeanwhileIsNoError() throws Exception {
        stub.dataset(List.of(project, "stock"));
        table("orders", "TABLE");
        table("returns", "TABLE");
        connection.crawl();
        stub.script = path -> {
            if (path.contains("/shop/tables?")) {
                stub.drop(List.of(project, "stock"));
            }
            if (path.contains("/tables/orders")) {
                stub.drop(List.of(project, "shop", "orders"));
            }
            return null;
        };

        CrawlResult result = connection.crawl();

        assertThat(result.objects().missing()).isEqualTo(1);
        assertThat(result.warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));
        assertThat(connection.crawl().objects().missing()).isEqualTo(1);
    }

    @Test
    void aTableThatIsRefusedStaysAsItIsKnownAndTheOthersAreRead() throws Exception {
        table("orders", "TABLE");
        table("returns", "TABLE");
        connection.crawl();
        stub.drop(List.of(project, "shop", "returns"));
        table("carts", "TABLE");
        stub.script = path ->
                path.contains("/tables/orders") ? Refusal.of(403, "accessDenied", "Access Denied: Table orders") : null;

        CrawlResult result = connection.crawl();

        assertThat(connection.list("name", "missing_since is not null")).containsExactly("returns");
        assertThat(result.objects().created()).isEqualTo(1);
        assertThat(result.warnings())
                .contains("these tables could not be read, so they were left as they are, or not added: shop/orders");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/datasets/shop?", "/shop/tables?", "/shop/tables/"})
    void aDatasetThatIsRefusedStaysAsItIsKnownUnlessAllAre(String refused) throws Exception {
        stub.dataset(List.of(project, "stock"));
        table("orders", "TABLE");
        stub.table(List.of(project, "stock", "items"), "TABLE");
        connection.crawl();
        stub.drop(List.of(project, "stock", "items"));
        stub.script = path -> path.contains(refused) ? Refusal.of(403, "accessDenied", "Access Denied: shop") : null;

        CrawlResult result = connection.crawl();

        assertThat(connection.list("name", "missing_since is not null")).containsExactly("items");
        assertThat(result.warnings())
                .contains("these datasets could not be read, so what is known of them was kept: shop; BigQuery said:"
                        + " Access Denied: shop");
        stub.drop(List.of(project, "stock"));
        assertThat(connection.failedCrawl())
                .isEqualTo(TaskError.of(
                        ErrorCode.PERMISSION_DENIED,
                        "grant the service account roles/bigquery.metadataViewer on the project; BigQuery said: Access"
                                + " Denied: shop"));
    }

    @Test
    void aViewWhoseQueryIsNotShownKeepsTheKnownOne() throws Exception {
        ObjectNode totals = table("totals", "VIEW");
        totals.putObject("view").put("query", "select 1");
        connection.crawl();
        totals.remove("view");

        CrawlResult result = connection.crawl();

        assertThat(result.objects().updated()).isZero();
        assertThat(value("detail ->> 'viewDefinition'", "totals")).isEqualTo("select 1");
        assertThat(result.warnings())
                .contains("BigQuery shows the account no definitions of these views, so what is known of them was kept:"
                        + " shop/totals");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>sign in</html>",
                "[]",
                "{}",
                "{\"datasets\": []}",
                "{\"kind\": \"bigquery#datasetList\", \"nextPageToken\": 7}",
                "{\"kind\": \"bigquery#datasetList\", \"datasets\": {}}",
                "{\"kind\": \"bigquery#datasetList\", \"datasets\": [1]}",
                "{\"kind\": \"bigquery#datasetList\", \"datasets\": [{}]}",
                "{\"kind\": \"bigquery#datasetList\", \"datasets\": [{\"datasetReference\": []}]}",
                "{\"kind\": \"bigquery#datasetList\", \"datasets\": [{\"datasetReference\": {\"datasetId\": \"a\"}",
                "{\"kind\": \"bigquery#datasetList\", \"datasets\": [], \"nextPageToken\": \"again\"}"
            })
    void whatIsNoListIsSaidSo(String body) {
        stub.script = path -> new Refusal(200, body);
        assertIsNotBigQuery();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[{\"type\": \"TABLE\"}]",
                "{\"type\": \"TABLE\", \"schema\": {\"fields\": [[]]}}",
                "{\"type\": \"TABLE\", \"schema\": {\"fields\": [{\"type\": \"STRING\"}]}}",
                "{\"type\": \"TABLE\", \"tableConstraints\": {\"primaryKey\": {\"columns\": [{}]}}}",
                "{\"type\": \"TABLE\", \"tableConstraints\": {\"foreignKeys\": [0]}}"
            })
    void whatIsNoTableIsSaidSo(String body) {
        table("orders", "TABLE");
        stub.script = path -> path.contains("/tables/") ? new Refusal(200, body) : null;
        assertIsNotBigQuery();
    }

    @Test
    void fieldsThatGoDeeperThanAnyTableAreSaidSo() {
        table("orders", "TABLE");
        String deep = "{\"name\": \"a\", \"type\": \"RECORD\", \"fields\": [".repeat(5_000);
        stub.script = path -> path.contains("/tables/")
                ? new Refusal(200, "{\"type\": \"TABLE\", \"schema\": {\"fields\": [" + deep)
                : null;
        assertIsNotBigQuery();
    }

    private void assertIsNotBigQuery() {
        assertThat(connection.failedCrawl())
                .isEqualTo(new TaskError(ErrorCode.REMOTE_ERROR, "the host answers, but not as BigQuery does", true));
    }

    @Test
    void pagesThatLeadInACircleAreSaidSo() {
        AtomicInteger page = new AtomicInteger();
        stub.script = path -> path.contains("/tables?")
                ? new Refusal(200, "{\"nextPageToken\": \"" + page.incrementAndGet() % 7 + "\"}")
                : null;
        assertIsNotBigQuery();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"fields\": [%s]}", "{\"fields\": [{\"name\": \"a\", \"fields\": [%s]}]}"})
    void moreFieldsThanATableHasEndTheRun(String schema) {
        table("orders", "TABLE");
        String many = "{},".repeat(500_000) + "{}";
        stub.script = path -> path.contains("/tables/")
                ? new Refusal(200, "{\"type\": \"TABLE\", \"schema\": " + schema.formatted(many) + "}")
                : null;
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"primaryKey\": {\"columns\": [%1$s\"a\"]}}",
                "{\"foreignKeys\": [{\"columnReferences\": [%2$s{}]}]}",
                "{\"foreignKeys\": [%2$s{}]}"
            })
    void moreKeysThanATableHasEndTheRun(String constraints) {
        table("orders", "TABLE");
        String body = constraints.formatted("\"a\",".repeat(500_000), "{},".repeat(500_000));
        stub.script = path -> path.contains("/tables/")
                ? new Refusal(200, "{\"type\": \"TABLE\", \"tableConstraints\": " + body + "}")
                : null;
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    @Test
    void aPageThatNobodyCanHoldEndsTheRun() {
        connection.limits = Limits.of(Map.of("row", "64KB"));
        stub.script = path -> new Refusal(200, "{\"kind\": \"" + "x".repeat(200_000) + "\"}");
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
    }

    /** Of lengths, times, names and texts that BigQuery never has. */
    @Test
    void oddValuesAreNoObstacle() throws Exception {
        ObjectNode table = stub.table(List.of(project, "shop", "odd"), "TABLE");
        table.put("creationTime", "soon").put("lastModifiedTime", "99999999999999999999");
        BigQueryStub.field(table, "a\0b", "STRING").put("maxLength", "-1").put("mode", "");
        BigQueryStub.field(table, "c", "NUMERIC").put("precision", "1e9").putArray("description");
        BigQueryStub.field(table, "d", "").putNull("fields");
        stub.table(List.of(project, "shop", "nul\0l"), "TABLE");
        // Half a character cannot be asked for: the stub takes it for gone.
        stub.table(List.of(project, "shop", "half \ud800"), "TABLE");

        assertThat(connection.crawl().objects().seen()).isEqualTo(4);

        assertThat(columns("odd", "c ->> 'remoteType'")).containsExactly("STRING", "NUMERIC", "");
        assertThat(value("coalesce(remote_created_at, remote_updated_at)", "odd"))
                .isEqualTo("null");
    }

    /** What the catalog finds objects by has to fit into its indexes, whether the table is read or refused. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPathThatTheCatalogCannotHoldIsSaidSo(boolean refused) {
        stub.table(List.of(project, "shop", "表".repeat(1_000)), "TABLE");
        stub.script = path -> refused && path.contains("/tables/") ? Refusal.of(403, "accessDenied", "no") : null;
        assertThat(connection.failedCrawl().code()).isEqualTo(ErrorCode.SOURCE_LIMIT_EXCEEDED);
        assertThat(connection.failedCrawl().message()).contains("exclude what it is of");
    }

    @Test
    void aNameThatComesTwiceIsSaidSo() {
        ObjectNode orders = table("orders", "TABLE").deepCopy();
        String twice = "{\"kind\": \"bigquery#tableList\", \"tables\": [%1$s, %1$s]}".formatted(orders);
        stub.script = path -> path.contains("/tables?") ? new Refusal(200, twice) : null;
        assertThat(connection.failedCrawl())
                .isEqualTo(TaskError.of(
                        ErrorCode.REMOTE_ERROR, "the source listed two objects under the same id, so none was stored"));
    }

    private ObjectNode table(String name, String type) {
        ObjectNode table = stub.table(List.of(project, "shop", name), type);
        if (!table.has("schema")) {
            BigQueryStub.field(table, "id", "INTEGER");
        }
        return table;
    }

    private String value(String expression, String relation) {
        return String.valueOf(connection.valueAt(expression, List.of(project, "shop", relation)));
    }

    private List<String> columns(String relation, String expression) {
        return connection.columns(List.of(project, "shop", relation), expression);
    }
}
