package dev.connections.worker.presence;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.json.Ids;
import dev.connections.task.TaskType;
import dev.connections.task.WorkerStore;
import dev.connections.worker.crawl.CatalogFixture;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.jdbc.core.simple.JdbcClient;

class PresenceTest {
    private final HikariDataSource database = (HikariDataSource) CatalogFixture.serviceDatabase();
    private final JdbcClient jdbc = JdbcClient.create(database);
    private final String worker = "worker-" + Ids.next();

    @Test
    void aWorkerThatWasRemovedWithHistoryJoinsAgainAndMayClaim() throws Exception {
        try (Presence presence = presence()) {
            presence.show();
            assertThat(mayClaim()).isTrue();
            jdbc.sql("delete from worker where id = :id").param("id", worker).update();

            presence.show();

            assertThat(presence.isShown()).isTrue();
            assertThat(mayClaim()).isTrue();
        }
    }

    private boolean mayClaim() {
        return jdbc.sql("select require_presence(:id)")
                .param("id", worker)
                .query(Boolean.class)
                .single();
    }

    private Presence presence() {
        JdbcConnectionDetails details = new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return database.getUsername();
            }

            @Override
            public String getPassword() {
                return database.getPassword();
            }

            @Override
            public String getJdbcUrl() {
                return database.getJdbcUrl();
            }
        };
        return new Presence(worker, Set.of(TaskType.CRAWL), new WorkerStore(jdbc), details, Duration.ofMinutes(1));
    }
}
