package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourcePage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import tools.jackson.databind.node.ObjectNode;

/** What the pages of docs/sources tell people to grant is enough. */
class SourcePagesTest {
    @Test
    void thePrivilegesOnThePageOfMariadbAreEnough() throws Exception {
        assertEnough("mariadb.md", MysqlServers.mariadb());
    }

    @Test
    @EnabledIf("dev.connections.worker.source.mysql.MysqlServerProcess#isRunnable")
    void thePrivilegesOnThePageOfMysqlAreEnough() throws Exception {
        assertEnough("mysql.md", MysqlServers.mysql());
    }

    private static void assertEnough(String page, MysqlSourceServer server) throws Exception {
        List<String> blocks = SourcePage.blocks(page, "sql");
        assertThat(blocks).hasSize(2);
        ObjectNode configuration = server.configurations(server.port(), "shop").getFirst();
        configuration.withObject("/credential").put("username", "connections").put("password", "a long password");
        server.execute(
                "create database shop",
                "create table shop.orders (id int primary key, total int)",
                "create view shop.all_orders as select id, total from shop.orders");
        try (SourceConnection connection = new SourceConnection(server, configuration)) {
            run(server, blocks.getFirst());
            connection.crawl();
            assertThat(columns(connection)).containsExactly("all_orders {id,total}", "orders {id,total}");
            assertThat(connection.valueAt("detail ->> 'primaryKey'", List.of("shop", "orders")))
                    .isEqualTo("[\"id\"]");

            assertThat(connection.validate().getLast())
                    .isEqualTo(new Finding.Warning(
                            "the definitions of views stay hidden in 1 database; to grant that:\nGRANT SELECT"
                                    + " ON `shop`.* TO `connections`@`%`;"));

            run(server, blocks.getLast());
            assertThat(connection.validate().getLast()).isInstanceOf(Finding.Passed.class);
            assertThat(connection.crawl().warnings()).isEmpty();
            assertThat(connection.valueAt("detail ->> 'viewDefinition'", List.of("shop", "all_orders")))
                    .startsWith("select ");
        } finally {
            server.execute("drop database shop", "drop user connections");
        }
    }

    private static void run(MysqlSourceServer server, String block) {
        server.execute(block.strip().replaceAll(";$", "").split(";\n", -1));
    }

    private static List<String> columns(SourceConnection connection) {
        return connection.list("name || ' ' || column_names::text", "cardinality(path) = 2");
    }
}
