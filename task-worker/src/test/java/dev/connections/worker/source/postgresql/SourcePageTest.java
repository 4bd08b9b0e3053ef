package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourcePage;
import dev.connections.worker.source.pgwire.WireRelay;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What docs/sources/postgresql.md asks to grant is enough, and a crawl costs what it says. */
class SourcePageTest {
    private static final List<String> SHOP = List.of("shop");

    private final PostgresSourceServer server = PostgresSourceServer.shared();

    @BeforeEach
    void create() {
        server.createDatabase("shop");
        server.execute(SHOP, """
                revoke connect on database shop from public;
                create schema sales;
                create table sales.orders (id int primary key, total int default 0, twice int generated always as (total * 2) stored);
                comment on column sales.orders.total is 'Cents';
                create view sales.all_orders as select id, total from sales.orders""");
    }

    @AfterEach
    void drop() {
        server.execute(SHOP, "drop owned by connections; drop role connections");
        server.dropDatabase("shop");
    }

    @Test
    void thePrivilegesOnThePageAreEnough() throws Exception {
        List<String> blocks = SourcePage.blocks("postgresql.md", "sql");
        assertThat(blocks).hasSize(2);
        server.execute(SHOP, blocks.getFirst());
        try (SourceConnection connection = connection(server.port())) {
            assertThat(connection.validate().getLast()).isInstanceOf(Finding.Passed.class);
            assertThat(connection.crawl().warnings()).isEmpty();
            assertThat(connection.list("name || ' ' || column_names::text", "cardinality(path) = 3"))
                    .containsExactly("all_orders {id,total}", "orders {id,total,twice}");
            assertThat(connection.valueAt("detail ->> 'primaryKey'", List.of("shop", "sales", "orders")))
                    .isEqualTo("[\"id\"]");
            assertThat(connection.valueAt("detail #>> '{columns,1,description}'", List.of("shop", "sales", "orders")))
                    .isEqualTo("Cents");
            assertThat(connection.valueAt("detail ->> 'viewDefinition'", List.of("shop", "sales", "all_orders")))
                    .contains("FROM sales.orders");

            server.execute(SHOP, blocks.getLast());
            server.execute(SHOP, "create schema later; create table later.returns (id int)");
            assertThat(connection.validate().getLast()).isInstanceOf(Finding.Passed.class);
            assertThat(connection.crawl().warnings()).isEmpty();
            assertThat(connection.list("name", "path[2] = 'later'")).containsExactly("later", "returns");
        }
    }

    @Test
    void aCrawlAsksTheSameFewQuestionsHoweverManyTablesThereAre() throws Exception {
        server.execute(SHOP, SourcePage.blocks("postgresql.md", "sql").getFirst());
        for (int i = 0; i < 60; i++) {
            server.execute(
                    SHOP,
                    "create table sales.t" + i + " (id int); create view sales.v" + i + " as select id from sales.t"
                            + i);
        }
        try (WireRelay relay = new WireRelay(server.port(), null);
                SourceConnection connection = connection(relay.port())) {
            connection.crawl();

            List<String> asked = relay.takeStatements().stream()
                    .filter(statement -> statement.startsWith("select") || statement.startsWith("with"))
                    .filter(statement -> !statement.contains("set_config"))
                    .toList();
            // Databases; schemas, types, relations, columns, defaults, comments, keys; two batches of texts.
            assertThat(asked).hasSize(10);
        }
    }

    private SourceConnection connection(int port) {
        ObjectNode configuration = server.configurations(port, "shop").getFirst();
        configuration.withObject("/credential").put("username", "connections").put("password", "a long password");
        SourceConnection connection = new SourceConnection(server, configuration);
        connection.settings = CatalogFixture.settings(List.of("shop/**"), List.of());
        return connection;
    }
}
