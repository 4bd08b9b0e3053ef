package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServersTest {
    @Test
    void aRestartLeavesEveryServerWhereItWas(@TempDir Path root) throws Exception {
        try (DataFolder folder = DataFolder.hold(root)) {
            assertThat(addresses(folder)).isEqualTo(addresses(folder));
        }
    }

    private static List<String> addresses(DataFolder folder) throws Exception {
        Parts parts = new Parts();
        try {
            Servers servers = Servers.start(folder, true, parts);
            DemoWarehouse demo = Objects.requireNonNull(servers.awaitDemo());
            return List.of(servers.jdbcUrl(), servers.kafka().bootstrapServers(), demo.jdbcUrl());
        } finally {
            parts.stop();
        }
    }
}
