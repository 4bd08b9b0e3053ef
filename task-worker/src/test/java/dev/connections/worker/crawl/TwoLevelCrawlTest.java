package dev.connections.worker.crawl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.catalog.ColumnType;
import dev.connections.catalog.NormalizedType;
import dev.connections.catalog.ObjectDetail;
import dev.connections.catalog.ObjectDetail.Column;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import dev.connections.worker.catalog.CrawlResult;
import dev.connections.worker.catalog.FoundObject;
import dev.connections.worker.catalog.ObjectType;
import dev.connections.worker.catalog.RemoteIdentity;
import dev.connections.worker.catalog.RemoteTraits;
import dev.connections.worker.execution.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A technology whose databases hold tables without a schema between, and whose objects are identified by their paths. */
class TwoLevelCrawlTest {
    private final CrawlFixture fixture = new CrawlFixture();
    private final Map<String, List<String>> source = new TreeMap<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void tablesAreDirectlyBelowTheirDatabase() throws Exception {
        source.put("crm", List.of("person"));
        source.put("shop", List.of("orders", "order_line"));
        fixture.settings = CrawlFixture.settings(List.of("**"), List.of());

        assertThat(crawl(TaskInput.DEFAULT).objects()).isEqualTo(new CrawlResult.Objects(5, 5, 0, 0, 0, 0));
        assertThat(fixture.list("array_to_string(path, '/') || ' ' || array_to_string(path_types, '/')", "true"))
                .containsExactly(
                        "crm DATABASE",
                        "crm/person DATABASE/TABLE",
                        "shop DATABASE",
                        "shop/order_line DATABASE/TABLE",
                        "shop/orders DATABASE/TABLE");
        assertThat(crawl(TaskInput.DEFAULT).objects()).isEqualTo(new CrawlResult.Objects(5, 0, 0, 5, 0, 0));
    }

    @Test
    void filtersHaveTwoLevels() throws Exception {
        source.put("crm", List.of("person"));
        source.put("shop", List.of("orders", "order_line", "tmp_1"));
        fixture.settings = CrawlFixture.settings(List.of("shop/*"), List.of("shop/tmp_*"));

        crawl(TaskInput.DEFAULT);

        assertThat(fixture.list("array_to_string(path, '/')", "true"))
                .containsExactly("shop", "shop/order_line", "shop/orders");
    }

    @Test
    void whatIsGoneIsMissingAlsoInACrawlOfOneDatabaseOrTable() throws Exception {
        source.put("crm", List.of("person"));
        source.put("shop", List.of("orders", "order_line"));
        fixture.settings = CrawlFixture.settings(List.of("**"), List.of());
        crawl(TaskInput.DEFAULT);
        source.put("shop", List.of("orders"));
        source.remove("crm");

        assertThat(crawl(TaskInput.of(id("shop", "orders"))).objects())
                .isEqualTo(new CrawlResult.Objects(1, 0, 0, 1, 0, 0));
        assertThat(crawl(TaskInput.of(id("shop"))).objects()).isEqualTo(new CrawlResult.Objects(2, 0, 0, 2, 1, 0));
        assertThat(crawl(TaskInput.of(id("crm", "person"))).objects().missing()).isEqualTo(1);
        assertThat(crawl(TaskInput.DEFAULT).objects().missing()).isEqualTo(1);
        assertThat(fixture.list("array_to_string(path, '/')", "missing_since is not null"))
                .containsExactly("crm", "crm/person", "shop/order_line");
    }

    @Test
    void theInsideOfADisabledDatabaseIsNotRead() throws Exception {
        source.put("shop", List.of("orders"));
        fixture.settings = CrawlFixture.settings(List.of("**"), List.of());
        crawl(TaskInput.DEFAULT);
        fixture.catalog
                .sql("update data_object set activation = 'DISABLED' where id = :id")
                .param("id", id("shop"))
                .update();
        source.put("shop", List.of("orders", "order_line"));

        assertThat(crawl(TaskInput.DEFAULT).objects()).isEqualTo(new CrawlResult.Objects(1, 0, 0, 1, 0, 0));
        assertThat(crawl(new TaskInput(null, true, false)).objects().created()).isEqualTo(1);
    }

    private UUID id(String... path) {
        return fixture.idAt(List.of(path));
    }

    private CrawlResult crawl(TaskInput input) throws Exception {
        Outcome outcome = fixture.execute(fixture.execution(TaskType.CRAWL, input), this::read);
        return (CrawlResult) fixture.commit(outcome.effect());
    }

    private void read(Crawl crawl) {
        List<FoundObject> databases =
                source.keySet().stream().map(TwoLevelCrawlTest::database).toList();
        crawl.recognize(null, databases);
        for (FoundObject database : databases) {
            if (crawl.reaches(null, database.identity(), database.name())) {
                read(crawl, crawl.enter(null, database), source.getOrDefault(database.name(), List.of()));
            }
        }
        crawl.complete(null);
    }

    private static void read(Crawl crawl, Container database, List<String> tables) {
        Crawl.OneRelation only = crawl.onlyRelation();
        if (!database.isEntered() || !crawl.reads(database)) {
            return;
        }
        for (String name : tables) {
            FoundObject table = table(database, name);
            if (crawl.covers(database, name) && (only == null || only.identity().equals(table.identity()))) {
                crawl.stage(database, table);
            }
        }
        if (only == null) {
            crawl.complete(database);
        }
    }

    private static FoundObject database(String name) {
        return new FoundObject(
                new RemoteIdentity("", name),
                name,
                ObjectType.DATABASE,
                RemoteTraits.of("database", null, null),
                null,
                ObjectDetail.NONE);
    }

    private static FoundObject table(Container database, String name) {
        Column column = new Column("id", 1, "int", ColumnType.INTEGER, false, null, false, false, null);
        return new FoundObject(
                new RemoteIdentity(database.identity().id(), name),
                name,
                new ObjectType("TABLE", NormalizedType.TABLE),
                RemoteTraits.of("table", null, null),
                null,
                new ObjectDetail(List.of(column), List.of(), List.of(), null));
    }
}
