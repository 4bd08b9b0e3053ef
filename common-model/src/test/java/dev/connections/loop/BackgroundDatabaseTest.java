package dev.connections.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.embedded.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

class BackgroundDatabaseTest {
    @Test
    void aSessionThatIsSilentIsGivenUpAfterHalfAMinute() throws SQLException {
        try (PostgresServer server = PostgresServer.startTemporary().createDatabase("d", "u", "p");
                HikariDataSource pool = new HikariDataSource(BackgroundDatabase.config(new Details(server)));
                Connection connection = pool.getConnection()) {
            assertThat(Duration.ofMillis(connection.getNetworkTimeout())).isEqualTo(Duration.ofSeconds(30));
        }
    }

    private record Details(PostgresServer server) implements JdbcConnectionDetails {
        @Override
        public String getUsername() {
            return "u";
        }

        @Override
        public String getPassword() {
            return "p";
        }

        @Override
        public String getJdbcUrl() {
            return server.jdbcUrl("d");
        }
    }
}
