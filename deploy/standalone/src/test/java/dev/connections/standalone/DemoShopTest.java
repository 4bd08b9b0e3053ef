package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connections.embedded.FreePort;
import dev.connections.embedded.Mariadb;
import dev.connections.json.Json;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class DemoShopTest {
    @Test
    void twoTechnologiesAreSearchedTogether(@TempDir Path folder) throws Exception {
        try (ServiceUnderTest service = new ServiceUnderTest(folder.resolve("service"));
                Mariadb mariadb = Mariadb.startTemporary()) {
            // The demo's crawl covers every database that it may connect to.
            service.source.execute("postgres", "revoke connect on database shop from public");
            ApiClient api = service.startApi();
            service.startWorker(1);
            List<DemoSource> demos = List.of(
                    new DemoWarehouse(service.source, ServiceUnderTest.SOURCE_PASSWORD).load(),
                    new DemoShop(mariadb, "secret").load());
            for (DemoSource demo : demos) {
                DemoConnection connection = new DemoConnection(api, demo);
                assertThat(connection.register()).isEqualTo(DemoConnection.Registered.NEW);
                assertThat(connection.awaitFirstCrawl()).as(demo.title()).isEqualTo("SUCCEEDED");
            }
            assertThat(new DemoConnection(api, demos.getLast()).found().byType())
                    .containsEntry("DATABASE", 1)
                    .containsEntry("TABLE", 5)
                    .containsEntry("PARTITIONED_TABLE", 1)
                    .containsEntry("VIEW", 2);
            ObjectNode search = Json.object().put("limit", 100);
            search.putObject("dataObject").put("nameContains", "order");
            await().untilAsserted(
                            () -> assertThat(connectionsIn(api.send("POST", "/api/connections/data/search", search)
                                            .expect(200)))
                                    .containsExactly("demo", "demo-mariadb"));
        }
    }

    private static Set<String> connectionsIn(JsonNode answer) {
        Set<String> keys = new TreeSet<>();
        answer.path("data")
                .forEach(object -> keys.add(object.at("/connectionKey").asString("")));
        return keys;
    }

    @Test
    void aRestartLeavesItAsItIsAndNobodyIsASuperuserWithoutItsPassword(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("demo-mariadb");
        try (Mariadb first = Mariadb.startProtected(data, FreePort::find, "r00t")) {
            new DemoShop(first, "secret").load();
            first.execute("drop view webshop.best_rated");
            String url = "jdbc:mariadb://127.0.0.1:" + first.port() + "/?sslMode=disable";
            for (String user : List.of("root", "")) {
                assertThatThrownBy(
                                () -> DriverManager.getConnection(url, user, "").close())
                        .isInstanceOf(SQLException.class);
            }
        }
        try (Mariadb second = Mariadb.startProtected(data, FreePort::find, "r00t");
                DemoShop shop = new DemoShop(second, "secret").load();
                Connection demo = DriverManager.getConnection(shop.jdbcUrl());
                var views = demo.createStatement()
                        .executeQuery(
                                "select table_name from information_schema.views where table_schema = 'webshop'")) {
            assertThat(views.next()).isTrue();
            assertThat(views.getString(1)).isEqualTo("open_order");
            assertThat(views.next()).isFalse();
        }
    }
}
