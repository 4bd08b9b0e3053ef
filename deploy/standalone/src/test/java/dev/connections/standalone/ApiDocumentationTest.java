package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiDocumentationTest {
    @Test
    void theCommandsOfTheApiPagePrintWhatItSays(@TempDir Path folder) throws Exception {
        DocumentedCommands commands = DocumentedCommands.in(Path.of("../../docs/api.md"));
        assertThat(commands.steps()).hasSizeGreaterThan(15);
        try (ServiceUnderTest service = new ServiceUnderTest(folder.resolve("service"))) {
            // The demo's crawl covers every database that it may connect to.
            service.source.execute("postgres", "revoke connect on database shop from public");
            DemoWarehouse demo = new DemoWarehouse(service.source, ServiceUnderTest.SOURCE_PASSWORD).load();
            String api = service.startApi().api();
            service.startWorker(1);
            Endpoints endpoints = new Endpoints(
                    api,
                    service.token,
                    service.kafka().bootstrapServers(),
                    service.servers.jdbcUrl(),
                    Map.of(demo.key(), demo.jdbcUrl()));
            Path where = Files.createDirectories(folder.resolve(".data/standalone"));
            Files.writeString(where.resolve("endpoints.json"), endpoints.json());
            commands.runIn(folder);
        }
    }
}
