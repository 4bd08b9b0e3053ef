package dev.connections.worker.source.bigquery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.bigquery.BigQueryStub.Refusal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/**
 * A list of many tables, made page by page. With {@code -Dmany.tables=100000} in a heap of 64 MB this shows that what a crawl
 * holds does not grow with them; in the normal build it shows that they are all read.
 */
class ManyTablesTest {
    private static final int TABLES = Integer.getInteger("many.tables", 2_000);
    private static final int PAGE = 1_000;
    private static final String PROJECT = "many-tables";
    private static final Pattern LIST =
            Pattern.compile(PROJECT + "/datasets/shop/tables\\?.*?(?:pageToken=([0-9]+).*)?");
    private static final Pattern TABLE = Pattern.compile(PROJECT + "/datasets/shop/tables/(t[0-9]+)\\?.*");

    private final BigQueryServer server = BigQueryServer.shared();
    private final BigQueryStub stub = server.stub();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), PROJECT).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of("**"), List.of());
        stub.project(PROJECT);
        stub.dataset(List.of(PROJECT, "shop"));
        stub.requests.clear();
        stub.script = ManyTablesTest::answer;
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        connection.close();
        stub.drop(List.of(PROJECT));
    }

    /** docs/sources/bigquery.md says how many requests. */
    @Test
    void allAreFoundWithWhatBelongsToEach() throws Exception {
        assertThat(connection.crawl().objects().created()).isEqualTo(TABLES + 2);
        assertThat(connection.list(
                        "name",
                        "cardinality(path) = 3 and (column_names::text, description)"
                                + " is distinct from ('{id,day,item,total}', 'Table ' || name)"))
                .isEmpty();
        // Of the datasets, of the dataset, of its tables, and of each table.
        assertThat(stub.requests).hasSize(2 + TABLES / PAGE + TABLES);
        assertThat(connection.crawl().objects().unchanged()).isEqualTo(TABLES + 2);
    }

    @Test
    void aListThatFailsInTheMiddleLeavesTheDatasetAsItIs() throws Exception {
        connection.crawl();
        stub.script = path -> path.contains("pageToken=" + (TABLES - PAGE))
                ? Refusal.of(400, "invalid", "the token of the page is gone")
                : answer(path);

        assertThat(connection.failedCrawl().message()).contains("the token of the page is gone");

        assertThat(connection.list("name", "missing_since is not null")).isEmpty();
    }

    private static @Nullable Refusal answer(String path) {
        Matcher table = TABLE.matcher(path);
        if (table.matches()) {
            return new Refusal(200, table(table.group(1)).toString());
        }
        Matcher list = LIST.matcher(path);
        if (!list.matches()) {
            return null;
        }
        int from = list.group(1) == null ? 0 : Integer.parseInt(list.group(1));
        int to = Math.min(from + PAGE, TABLES);
        ObjectNode page = Json.object().put("kind", "bigquery#tableList");
        for (int i = from; i < to; i++) {
            page.withArray("/tables").addObject().putObject("tableReference").put("tableId", "t" + i);
        }
        if (to < TABLES) {
            page.put("nextPageToken", String.valueOf(to));
        }
        return new Refusal(200, page.toString());
    }

    private static ObjectNode table(String name) {
        ObjectNode table = Json.object()
                .put("type", "TABLE")
                .put("description", "Table " + name)
                .put("creationTime", "1700000000000");
        table.putObject("tableReference").put("tableId", name);
        List.of("id", "day", "item", "total").forEach(field -> BigQueryStub.field(table, field, "INTEGER"));
        return table;
    }
}
