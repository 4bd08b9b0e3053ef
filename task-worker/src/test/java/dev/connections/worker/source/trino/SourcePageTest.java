package dev.connections.worker.source.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourcePage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What docs/sources/trino.md asks to allow is enough, and shows nothing else. */
@EnabledIf("dev.connections.worker.source.trino.TrinoServerProcess#isRunnable")
class SourcePageTest {
    private final TrinoSourceServer server = TrinoServerProcess.shared();

    @Test
    void theRulesOnThePageAreEnough() throws Exception {
        List<String> blocks = SourcePage.blocks("trino.md", "json");
        assertThat(blocks).hasSize(1);
        for (String catalog : List.of("shop", "elsewhere")) {
            server.createDatabase(catalog);
            server.createSchema(List.of(catalog, "sales"));
            server.createTable(List.of(catalog, "sales", "orders"), List.of("id"));
            server.createView(List.of(catalog, "sales", "all_orders"), "orders");
        }
        ObjectNode configuration = server.configuration("DISABLE", server.port());
        configuration.withObject("/credential").put("username", "connections");
        try (SourceConnection connection = new SourceConnection(Technology.TRINO, TrinoSource::new, configuration);
                SourceConnection stranger = new SourceConnection(Technology.TRINO, TrinoSource::new, stranger());
                AutoCloseable rules = server.rules((ObjectNode) Json.tree(blocks.getFirst()))) {
            assertThat(rules).isNotNull();
            assertThat(connection.validate())
                    .allSatisfy(finding -> assertThat(finding).isNotInstanceOf(Finding.Warning.class));
            connection.settings = CatalogFixture.settings(List.of("shop/sales/**", "elsewhere/**"), List.of());

            assertThat(connection.crawl().warnings()).isEmpty();

            assertThat(connection.list("array_to_string(path, '/')", "true"))
                    .containsExactly("shop", "shop/sales", "shop/sales/all_orders", "shop/sales/orders");
            assertThat(connection.valueAt("detail ->> 'viewDefinition'", List.of("shop", "sales", "all_orders")))
                    .contains("orders");
            assertThat(stranger.failedCrawl().code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
        } finally {
            server.dropDatabase("shop");
            server.dropDatabase("elsewhere");
        }
    }

    @Test
    void aValidationNamesEachTableThatTheRulesHide() throws Exception {
        assertThat(validationWhereMetadataShows("nothing"))
                .startsWith("the account may not read system.metadata.catalogs,"
                        + " system.metadata.materialized_views, system.metadata.table_comments; ")
                .contains("{\"user\": \"<user>\", \"catalog\": \"system\", \"schema\": \"metadata\","
                        + " \"privileges\": [\"SELECT\"]}");
        assertThat(validationWhereMetadataShows("catalogs|table_comments"))
                .startsWith("the account may not read system.metadata.materialized_views; ");
    }

    /** The words of a validation that fails under the page's rules, where they show only these tables of the cluster's own. */
    private String validationWhereMetadataShows(String tables) throws Exception {
        ObjectNode rules =
                (ObjectNode) Json.tree(SourcePage.blocks("trino.md", "json").getFirst());
        for (JsonNode rule : rules.withArray("/tables")) {
            if (rule.path("catalog").asString("").equals("system")) {
                ((ObjectNode) rule).put("table", tables);
            }
        }
        ObjectNode configuration = server.configuration("DISABLE", server.port());
        configuration.withObject("/credential").put("username", "connections");
        try (SourceConnection connection = new SourceConnection(Technology.TRINO, TrinoSource::new, configuration);
                AutoCloseable under = server.rules(rules)) {
            assertThat(under).isNotNull();
            TaskError error = connection.failedValidation();
            assertThat(error.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            return error.message();
        }
    }

    /** A user of whom the rules say nothing. */
    private ObjectNode stranger() {
        ObjectNode configuration = server.configuration("DISABLE", server.port());
        configuration.withObject("/credential").put("username", "stranger");
        return configuration;
    }
}
