package dev.connections.api.database.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.embedded.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PatientDataSourceTest {
    @Test
    void aBurstWaitsLongerThanThePoolWouldAndADeadDatabaseIsReportedSoon() throws Exception {
        try (PostgresServer server = PostgresServer.startTemporary().createDatabase("d", "u", "p");
                HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(server.jdbcUrl("d"));
            pool.setUsername("u");
            pool.setPassword("p");
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(250);
            PatientDataSource patient = new PatientDataSource(pool);
            Connection atWork = patient.getConnection();
            CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> opens(patient));
            // The pool alone gives up in this state; that it has done so says that the other has waited as long.
            assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(pool::getConnection);
            atWork.close();
            assertThat(waiting.get()).isTrue();
            server.stop();
            assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(patient::getConnection);
        }
    }

    private static boolean opens(PatientDataSource source) {
        try (Connection connection = source.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }
}
