package dev.connections.worker.source.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.QuotedPath;
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
    void theGrantsOfAValidationCanBePasted() throws Exception {
        server.execute(SHOP, "create role connections login password 'a long password'");
        List<String> schemas = List.of("Sales \"2026\"", "it's; drop schema sales");
        for (String schema : schemas) {
            server.execute(SHOP, "create schema " + QuotedPath.of(schema));
        }
        try (SourceConnection elsewhere = connection(server.port(), "postgres")) {
            String refused = elsewhere.failedValidation().message();
            assertThat(refused).endsWith("; to let it: GRANT CONNECT ON DATABASE \"shop\" TO \"connections\";");
            server.execute(SHOP, refused.substring(refused.indexOf("GRANT ")));
        }
        try (SourceConnection connection = connection(server.port())) {
            String message = String.valueOf(connection.validate().getLast().message());
            List<String> grants =
                    message.lines().filter(line -> line.startsWith("GRANT ")).toList();
            assertThat(grants).hasSize(3).contains("GRANT USAGE ON SCHEMA \"Sales \"\"2026\"\"\" TO \"connections\";");
            server.execute(SHOP, String.join("\n", grants));

            assertThat(connection.validate().getLast()).isEqualTo(new Finding.Passed(null));
        }
    }

    @Test
    void aValidationGivesTwentyGrantsAndCountsTheOthers() throws Exception {
        server.execute(SHOP, SourcePage.blocks("postgresql.md", "sql").getFirst());
        for (int i = 0; i < 25; i++) {
            server.execute(SHOP, "create schema closed" + i);
        }
        try (SourceConnection connection = connection(server.port())) {
            assertThat(String.valueOf(connection.validate().getLast().message()).lines())
                    .hasSize(1 + 20 + 1)
                    .last()
                    .isEqualTo("-- and 5 more like these");
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
        return connection(port, "shop");
    }

    private SourceConnection connection(int port, String database) {
        ObjectNode configuration = server.configurations(port, database).getFirst();
        configuration.withObject("/credential").put("username", "connections").put("password", "a long password");
        SourceConnection connection = new SourceConnection(server, configuration);
        connection.settings = CatalogFixture.settings(List.of("shop/**"), List.of());
        return connection;
    }
}
