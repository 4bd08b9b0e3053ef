package dev.connections.worker.health;

import dev.connections.embedded.Postgres;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The platform's own database on a server, with connections whose health changes. */
public record PlatformDatabase(JdbcClient jdbc) {
    public static PlatformDatabase on(Postgres postgres) {
        postgres.createDatabase("connections", "connections", "connections");
        var dataSource = new DriverManagerDataSource(postgres.jdbcUrl("connections"), "connections", "connections");
        Flyway.configure().dataSource(dataSource).load().migrate();
        return new PlatformDatabase(JdbcClient.create(dataSource));
    }

    public void connection(UUID id, String state) {
        jdbc.sql("""
                        insert into connection (id, connection_key, technology, state, client_configuration, settings,
                                                created_by, updated_by, updated_at)
                        values (:id, :id, 'PostgreSQL', :state, '{}', '{}', 'ann', 'ann', '2026-01-01T00:00:00Z')
                        """).param("id", id).param("state", state).update();
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
