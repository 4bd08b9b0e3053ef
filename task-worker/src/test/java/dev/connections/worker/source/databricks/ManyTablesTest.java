package dev.connections.worker.source.databricks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Json;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.databricks.WorkspaceStub.Refusal;
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
    private static final int PAGE = 20;
    private static final String CATALOG = "many_tables";
    private static final Pattern TOKEN = Pattern.compile("page_token=([0-9]+)");

    private final WorkspaceServer server = WorkspaceServer.shared();
    private final WorkspaceStub stub = server.stub();
    private final WarehouseStub warehouse = stub.warehouse();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), CATALOG).getFirst());

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(CATALOG + "/**"), List.of());
        stub.catalog(CATALOG);
        stub.schema(List.of(CATALOG, "shop"));
        warehouse.chunk = 5_000;
        warehouse.primaryKeysOf(List.of(CATALOG, "shop", "t"), TABLES);
        stub.script = ManyTablesTest::page;
    }

    @AfterEach
    void close() {
        stub.script = path -> null;
        warehouse.chunk = 3;
        connection.close();
        warehouse.dropKeys(CATALOG);
        stub.drop(List.of(CATALOG));
    }

    @Test
    void allAreFoundWithWhatBelongsToEach() throws Exception {
        assertThat(connection.crawl().objects().created()).isEqualTo(TABLES + 2);
        assertThat(connection.list(
                        "name",
                        "cardinality(path) = 3 and (column_names::text, detail ->> 'primaryKey')"
                                + " is distinct from ('{id,day,item,total}', '[\"id\"]')"))
                .isEmpty();
        assertThat(connection.crawl().objects().unchanged()).isEqualTo(TABLES + 2);
    }

    @Test
    void aListThatFailsInTheMiddleLeavesTheSchemaAsItIs() throws Exception {
        connection.crawl();
        stub.script = path -> path.contains("page_token=" + TABLES / 2)
                ? Refusal.of(400, "INVALID_STATE", "the token of the page is gone")
                : page(path);

        assertThat(connection.failedCrawl().message()).isEqualTo("the token of the page is gone");

        assertThat(connection.list("name", "missing_since is not null")).isEmpty();
    }

    private static @Nullable Refusal page(String path) {
        if (!path.contains("/tables?")) {
            return null;
        }
        Matcher token = TOKEN.matcher(path);
        int from = token.find() ? Integer.parseInt(token.group(1)) : 0;
        ObjectNode page = Json.object();
        for (int i = from; i < Math.min(from + PAGE, TABLES); i++) {
            ObjectNode table = page.withArray("/tables")
                    .addObject()
                    .put("name", "t" + (i + 1))
                    .put("table_id", "id" + i)
                    .put("table_type", "MANAGED")
                    .put("updated_at", 1_700_000_000_000L);
            List.of("id", "day", "item", "total").forEach(column -> WorkspaceStub.column(table, column, "int"));
        }
        if (from + PAGE < TABLES) {
            page.put("next_page_token", String.valueOf(from + PAGE));
        }
        return new Refusal(200, page.toString());
    }
}
