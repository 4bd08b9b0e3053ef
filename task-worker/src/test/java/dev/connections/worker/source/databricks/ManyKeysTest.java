package dev.connections.worker.source.databricks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.task.TaskInput;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.execution.Limits;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.Sources;
import dev.connections.worker.source.databricks.WorkspaceStub.Refusal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Keys of more columns than one statement brings: they come page by page, after their tables. */
class ManyKeysTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final WorkspaceServer server = WorkspaceServer.shared();
    private final WorkspaceStub stub = server.stub();
    private final WarehouseStub warehouse = stub.warehouse();
    private final String catalog = "many_keys" + NUMBER.incrementAndGet();
    private final SourceConnection connection = new SourceConnection(
            server, server.configurations(server.port(), catalog).getFirst());

    /** At the beginning, in the middle and at the end of the order in which keys come. */
    private final List<List<String>> tables = List.of(table("a"), table("t15a"), table("t2a"), table("z"));

    private List<String> table(String name) {
        return List.of(catalog, "shop", name);
    }

    @BeforeEach
    void create() {
        connection.settings = CatalogFixture.settings(List.of(catalog + "/**"), List.of());
        warehouse.chunk = 5_000;
        stub.catalog(catalog);
        stub.schema(List.of(catalog, "shop"));
        for (List<String> table : tables) {
            server.createTable(table, List.of("id", "day", "parent"));
            warehouse.primaryKey(table, "pk_" + table.getLast(), List.of("day", "id"));
        }
        for (List<String> table : tables) {
            warehouse.foreignKey(table, "fk_" + table.getLast(), List.of("parent"), tables.getFirst(), "pk_a");
        }
        server.createTable(table("without"), List.of("id"));
        warehouse.sent.clear();
    }

    @AfterEach
    void close() {
        warehouse.chunk = 3;
        warehouse.error = null;
        stub.script = path -> null;
        connection.close();
        warehouse.dropKeys(catalog);
        stub.drop(List.of(catalog));
        stub.drop(List.of(catalog + "_b"));
    }

    /** More than a list may have in memory; docs/sources/databricks.md says how many statements there are. */
    @Test
    void theyAreReadWithOneStatementForEachPage() throws Exception {
        warehouse.primaryKeysOf(table("t"), 2 * CatalogKeys.PAGE);

        CrawlResult result = connection.crawl();

        assertThat(result.warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));
        assertAllAreRead();
        assertThat(warehouse.sent).hasSize(1 + 3);
        assertThat(connection.crawl().objects().updated()).isZero();
    }

    @Test
    void rowsThatAreTooLongTogetherAreReadOnSmallerPages() throws Exception {
        connection.limits = Limits.of(Map.of("row", "64KB"));
        warehouse.chunk = 100;
        warehouse.primaryKeysOf(table("t"), 2_000);

        assertThat(connection.crawl().warnings()).isEqualTo(List.of(Sources.unproven(server.technology())));

        assertAllAreRead();
    }

    @Test
    void tablesOfMoreSchemasThanAStatementNamesWaitInTurns() throws Exception {
        warehouse.primaryKeysOf(table("t"), CatalogKeys.PAGE);
        List<List<String>> others = IntStream.rangeClosed(0, CatalogKeys.MOST_SCHEMAS)
                .mapToObj(i -> List.of(catalog, "s" + i, "items"))
                .toList();
        for (List<String> other : others) {
            stub.schema(other.subList(0, 2));
            server.createTable(other, List.of("id"));
            warehouse.primaryKey(other, "pk", List.of("id"));
        }

        connection.crawl();

        assertAllAreRead();
        assertThat(connection.list("name", "name = 'items' and detail ->> 'primaryKey' = '[\"id\"]'"))
                .hasSize(others.size());
        // Of the whole catalog; two pages of the first schemas, and one of those that are left.
        assertThat(warehouse.sent).hasSize(1 + 2 + 1);
    }

    @Test
    void aPageThatFailsLeavesTheKeysThatFollowAsTheyAreKnown() throws Exception {
        warehouse.primaryKeysOf(table("t"), 2 * CatalogKeys.PAGE);
        connection.crawl();
        warehouse.sent.clear();
        for (List<String> table : tables) {
            assertThat(primaryKey(table)).isEqualTo("[\"day\", \"id\"]");
        }
        // The page after the first one.
        stub.script = path -> path.endsWith("/statements") && warehouse.sent.size() == 2
                ? Refusal.of(400, "BAD_REQUEST", "the warehouse is stopping")
                : null;

        CrawlResult result = connection.crawl();

        assertThat(result.objects().updated()).isZero();
        assertAllAreRead();
        assertThat(result.warnings())
                .contains("the keys of catalog " + catalog
                        + " could not be read, so what is known of them was kept; the workspace said: the warehouse is"
                        + " stopping");
    }

    /** Of a catalog that could not be read to its end, the tables before that are stored, and would be without keys. */
    @Test
    void aListThatFailsWhileTablesWaitLeavesTheirKeysAsTheyAreKnown() throws Exception {
        connection.settings = CatalogFixture.settings(List.of(catalog + "*/**"), List.of());
        stub.catalog(catalog + "_b");
        warehouse.primaryKeysOf(table("t"), CatalogKeys.PAGE);
        connection.crawl();
        stub.script = path -> path.contains("schema_name=shop") && path.contains("page_token=2")
                ? Refusal.of(400, "INVALID_STATE", "the share is gone")
                : null;

        CrawlResult result = connection.crawl();

        assertThat(result.objects().updated()).isZero();
        assertThat(result.objects().missing()).isZero();
        assertAllAreRead();
        assertThat(result.warnings())
                .anyMatch(warning -> warning.startsWith("catalog " + catalog + " could not be read"));
    }

    @Test
    void aTableWithMoreThanAPageOfThemKeepsTheKnownOnes() throws Exception {
        connection.limits = Limits.of(Map.of("row", "16KB"));
        warehouse.chunk = 50;
        warehouse.primaryKeysOf(table("t"), 500);
        connection.crawl();
        List<String> columns = IntStream.range(0, 400).mapToObj(i -> "c" + i).toList();
        warehouse.dropKeys(catalog);
        warehouse.primaryKeysOf(table("t"), 500);
        warehouse.primaryKey(table("a"), "pk_a", columns);
        warehouse.primaryKey(table("z"), "pk_z", List.of("id"));

        for (TaskInput input : List.of(TaskInput.DEFAULT, TaskInput.of(connection.idAt(table("a"))))) {
            assertThat(connection.crawl(input).warnings())
                    .contains(
                            "these tables of catalog " + catalog
                                    + " have keys of more columns than are read, so what is known of their keys was kept: shop/a");
            assertThat(primaryKey(table("a"))).isEqualTo("[\"day\", \"id\"]");
        }
        assertThat(primaryKey(table("z"))).isEqualTo("[\"id\"]");
    }

    private void assertAllAreRead() {
        for (List<String> table : tables) {
            assertThat(primaryKey(table)).isEqualTo("[\"day\", \"id\"]");
            assertThat(connection.valueAt("detail #>> '{foreignKeys,0,name}'", table))
                    .isEqualTo("fk_" + table.getLast());
        }
        assertThat(primaryKey(table("without"))).isEqualTo("[]");
    }

    private String primaryKey(List<String> path) {
        return String.valueOf(connection.valueAt("detail ->> 'primaryKey'", path));
    }
}
