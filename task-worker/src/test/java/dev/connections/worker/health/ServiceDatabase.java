package dev.connections.worker.health;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.embedded.Postgres;
import dev.connections.lab.ConnectionRow;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** This service's own database on a server, with connections whose health changes. */
public record ServiceDatabase(JdbcClient jdbc) {
    public static ServiceDatabase on(Postgres postgres) {
        postgres.createDatabase("connections", "connections", "connections");
        HikariDataSource dataSource = new HikariDataSource();
        dataSource.setJdbcUrl(postgres.jdbcUrl("connections"));
        dataSource.setUsername("connections");
        dataSource.setPassword("connections");
        dataSource.setMinimumIdle(1);
        Flyway.configure().dataSource(dataSource).load().migrate();
        return new ServiceDatabase(JdbcClient.create(dataSource));
    }

    /** A connection that nobody has written to since 2026 began. */
    public void connection(UUID id, String state) {
        jdbc.sql(ConnectionRow.INSERT)
                .params(new ConnectionRow(id, id.toString(), state, "{}").parameters())
                .update();
        jdbc.sql("update connection set updated_at = '2026-01-01T00:00:00Z' where id = :id")
                .param("id", id)
                .update();
    }

    /** The columns that health may touch, as text. */
    public Map<String, @Nullable Object> health(UUID id) {
        return jdbc.sql("""
                        select state, state_reason ->> 'code' as code, state_reason ->> 'message' as message,
                               state_reason ->> 'since' as since, version, updated_by,
                               updated_at = '2026-01-01T00:00:00Z' as untouched,
                               last_validated_at is not null as validated, last_crawled_at is not null as crawled
                          from connection where id = :id
                        """).param("id", id).query().singleRow();
    }
}
