package dev.connections.api.database.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.embedded.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

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

    @Test
    void aRequestThatHasWaitedItsTimeElsewhereDoesNotWaitAsLongAgain() throws Exception {
        try (PostgresServer server = PostgresServer.startTemporary().createDatabase("d", "u", "p");
                HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl(server.jdbcUrl("d"));
            pool.setUsername("u");
            pool.setPassword("p");
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(250);
            PatientDataSource patient = new PatientDataSource(pool);
            RequestContextHolder.setRequestAttributes(new Attributes(new HashMap<>()));
            try (Connection atWork = patient.getConnection()) {
                assertThat(atWork.isValid(1)).isTrue();
                long begun = System.nanoTime();
                RequestPatience.endAt(begun);
                assertThatExceptionOfType(SQLTransientConnectionException.class).isThrownBy(patient::getConnection);
                // As long as the pool waits, and not for fifteen seconds.
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
            } finally {
                RequestContextHolder.resetRequestAttributes();
            }
        }
    }

    /** Of a request without a client. */
    private record Attributes(Map<String, Object> values) implements RequestAttributes {
        @Override
        public @Nullable Object getAttribute(String name, int scope) {
            return values.get(name);
        }

        @Override
        public void setAttribute(String name, Object value, int scope) {
            values.put(name, value);
        }

        @Override
        public void removeAttribute(String name, int scope) {
            values.remove(name);
        }

        @Override
        public String[] getAttributeNames(int scope) {
            return values.keySet().toArray(String[]::new);
        }

        @Override
        public void registerDestructionCallback(String name, Runnable callback, int scope) {
            throw new UnsupportedOperationException();
        }

        @Override
        public @Nullable Object resolveReference(String key) {
            return null;
        }

        @Override
        public String getSessionId() {
            return "";
        }

        @Override
        public Object getSessionMutex() {
            return this;
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
