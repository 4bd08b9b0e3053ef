package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.embedded.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServersTest {
    @Test
    void aRestartLeavesEveryServerWhereItWas(@TempDir Path root) throws Exception {
        try (DataFolder folder = DataFolder.hold(root)) {
            assertThat(addresses(folder)).isEqualTo(addresses(folder));
        }
    }

    @Test
    void nobodyIsASuperuserWithoutItsPassword(@TempDir Path root) throws Exception {
        Parts parts = new Parts();
        try (DataFolder folder = DataFolder.hold(root)) {
            Servers servers = Servers.start(folder, Set.of(Demo.WAREHOUSE), parts);
            DemoWarehouse demo = (DemoWarehouse) servers.awaitDemos().getFirst();
            for (PostgresServer server : List.of(servers.postgres(), demo.server())) {
                String url = server.jdbcUrl("postgres");
                for (String password : List.of("", "postgres", servers.postgresPassword(), demo.password())) {
                    assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", password))
                            .isInstanceOf(SQLException.class);
                }
                try (Connection superuser = server.connect("postgres");
                        Statement statement = superuser.createStatement();
                        ResultSet row = statement.executeQuery("select current_setting('unix_socket_directories'),"
                                + " rolpassword from pg_authid where rolname = 'postgres'")) {
                    row.next();
                    assertThat(row.getString(1)).isEmpty();
                    assertThat(row.getString(2)).startsWith("SCRAM-SHA-256$");
                }
            }
            for (String secret : List.of("postgres-superuser-password", "demo-postgres-superuser-password")) {
                assertThat(PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(folder.path("secrets/" + secret))))
                        .isEqualTo("rw-------");
            }
        } finally {
            parts.stop();
        }
    }

    private static List<String> addresses(DataFolder folder) throws Exception {
        Parts parts = new Parts();
        try {
            Servers servers = Servers.start(folder, Set.of(Demo.WAREHOUSE), parts);
            DemoWarehouse demo = (DemoWarehouse) servers.awaitDemos().getFirst();
            return List.of(servers.jdbcUrl(), servers.kafka().bootstrapServers(), demo.jdbcUrl());
        } finally {
            parts.stop();
        }
    }
}
