package dev.connections.worker.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.FakeServer;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceConnection;
import dev.connections.worker.source.SourceDialer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stub sends many tables. With {@code -Dmany.tables=100000} in a heap of 64 MB this shows that what a crawl holds does not
 * grow with them; in the normal build it shows that they are all read.
 */
class ManyTablesTest {
    private static final int TABLES = Integer.getInteger("many.tables", 10_000);
    private static final int COLUMNS = 4;

    @Test
    void allOfManyTablesOfMysqlAreFound() throws Exception {
        assertAllAreFound(Technology.MYSQL, MysqlSource::new, MysqlScript.MYSQL);
    }

    @Test
    void allOfManyTablesOfMariadbAreFound() throws Exception {
        assertAllAreFound(Technology.MARIADB, MariadbSource::new, MysqlScript.MARIADB);
    }

    private static void assertAllAreFound(Technology technology, Function<SourceDialer, Source> source, String version)
            throws Exception {
        try (FakeServer server = FakeServer.that((socket, fake) ->
                        script(new MysqlScript(socket, version)).serve());
                SourceConnection connection = new SourceConnection(technology, source, configuration(server.port()))) {
            assertThat(connection.crawl().objects().created()).isEqualTo(TABLES + 1);
            assertThat(connection.list("name", "cardinality(path) = 2 and column_names <> '{c1,c2,c3,c4}'"))
                    .isEmpty();
        }
    }

    @Test
    void thoseThatTheFiltersLeaveOutAreReadPast() throws Exception {
        try (FakeServer server = FakeServer.that(
                        (socket, fake) -> script(new MysqlScript(socket)).serve());
                SourceConnection connection =
                        new SourceConnection(Technology.MYSQL, MysqlSource::new, configuration(server.port()))) {
            connection.settings = CatalogFixture.settings(List.of("shop/" + name(0)), List.of());
            assertThat(connection.crawl().objects().created()).isEqualTo(2);
        }
    }

    private static MysqlScript script(MysqlScript script) {
        return script.on("information_schema.schemata", server -> {
                    server.columns("schema_name", "comment");
                    server.row("shop", "");
                    server.end();
                })
                .on("information_schema.tables", server -> {
                    server.columns("n", "t", "e", "c", "o", "at");
                    for (int table = 0; table < TABLES; table++) {
                        server.row(name(table), "BASE TABLE", "InnoDB", "A table", "", "1");
                    }
                    server.end();
                })
                .on("information_schema.key_column_usage", server -> {
                    server.columns("n", "k", "c", "s", "t", "r");
                    server.end();
                })
                .on("information_schema.columns", ManyTablesTest::columns);
    }

    private static void columns(MysqlScript server) throws IOException {
        server.columns("t", "o", "c", "ct", "dt", "n", "d", "e", "g", "co");
        for (int table = 0; table < TABLES; table++) {
            for (int column = 1; column <= COLUMNS; column++) {
                server.row(
                        name(table), String.valueOf(column), "c" + column, "int", "int", "1", "7", "", "", "A column");
            }
        }
        server.end();
    }

    private static String name(int table) {
        return String.format(Locale.ROOT, "table%07d", table);
    }

    private static ObjectNode configuration(int port) {
        ObjectNode configuration = Json.object().put("host", "127.0.0.1").put("port", port);
        configuration.putObject("tls").put("mode", "DISABLE");
        configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", "app")
                .put("password", "s3cret-of-app");
        return configuration;
    }
}
