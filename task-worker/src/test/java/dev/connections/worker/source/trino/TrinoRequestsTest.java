package dev.connections.worker.source.trino;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.Technology;
import dev.connections.json.Json;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.Finding;
import dev.connections.worker.source.SourceConnection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What a cluster is asked, and with which headers. */
class TrinoRequestsTest {
    private static final int CATALOGS = 25;

    private final Queue<String> statements = new ConcurrentLinkedQueue<>();

    /** A cluster of empty catalogs. */
    private TrinoStub.Pages answer(String sql) {
        statements.add(sql);
        if (sql.equals("select 1")) {
            return TrinoStub.rows(TrinoStub.row("1"));
        }
        return sql.contains("system.metadata.catalogs") && !sql.contains("false")
                ? TrinoStub.rows(IntStream.range(0, CATALOGS)
                        .mapToObj(i -> TrinoStub.row("catalog" + i))
                        .toArray(String[]::new))
                : TrinoStub.pages("");
    }

    @Test
    void headersNameTheRunAndHaveTheConnectionsProperties() throws Exception {
        Map<String, String> properties = Map.of("source", "finance", "clientTags", "nightly,crawl", "timezone", "UTC");
        try (TrinoStub stub = new TrinoStub(this::answer);
                SourceConnection connection = connection(stub, properties)) {
            connection.crawl();

            assertThat(stub.requests).isNotEmpty().allSatisfy(headers -> {
                assertThat(headers)
                        .containsEntry("X-trino-user", List.of("app"))
                        .containsEntry("X-trino-client-tags", List.of("nightly,crawl"))
                        .containsEntry("X-trino-time-zone", List.of("UTC"));
                assertThat(headers.get("X-trino-source"))
                        .singleElement()
                        .asString()
                        .matches("finance [0-9a-f-]{36}");
                assertThat(headers.get("X-trino-session"))
                        .singleElement()
                        .asString()
                        .startsWith("query_max_run_time=");
            });
        }
    }

    /** docs/sources/trino.md says so. */
    @Test
    void aValidationTriesTheFirstTwentyCatalogs() throws Exception {
        try (TrinoStub stub = new TrinoStub(this::answer);
                SourceConnection connection = connection(stub, Map.of())) {
            assertThat(connection.validate()).last().isEqualTo(new Finding.Passed(null));

            assertThat(statements)
                    .filteredOn(sql -> sql.contains("\"catalog"))
                    .hasSize(20)
                    .anyMatch(sql -> sql.contains("\"catalog19\""))
                    .noneMatch(sql -> sql.contains("\"catalog20\""));
        }
    }

    private static SourceConnection connection(TrinoStub stub, Map<String, String> properties) {
        ObjectNode configuration = Json.object().put("host", "127.0.0.1").put("port", stub.port());
        configuration.set("tls", Json.object().put("mode", "DISABLE"));
        configuration
                .putObject("credential")
                .put("authenticationType", "UsernamePassword")
                .put("username", "app")
                .put("password", "s3cret");
        ObjectNode set = configuration.putObject("properties");
        properties.forEach(set::put);
        SourceConnection connection = new SourceConnection(Technology.TRINO, TrinoSource::new, configuration);
        connection.settings = CatalogFixture.settings(List.of("**"), List.of());
        return connection;
    }
}
