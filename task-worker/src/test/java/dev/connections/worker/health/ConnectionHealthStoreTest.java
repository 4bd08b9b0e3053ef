package dev.connections.worker.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.Postgres;
import dev.connections.json.Ids;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionHealthStoreTest {
    private static final TaskError REFUSED = TaskError.of(ErrorCode.CONNECTION_REFUSED, "nothing listens");

    private static Postgres postgres;
    private static ServiceDatabase database;

    private final UUID id = Ids.next();

    @BeforeAll
    static void start() {
        postgres = Postgres.startTemporary();
        database = ServiceDatabase.on(postgres);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void anActiveConnectionBecomesUnhealthyWithItsReason() {
        database.connection(id, "ACTIVE");
        assertThat(ConnectionHealthStore.unhealthy(database.jdbc(), id, REFUSED))
                .isTrue();
        assertThat(database.health(id))
                .containsEntry("state", "UNHEALTHY")
                .containsEntry("code", "CONNECTION_REFUSED")
                .containsEntry("message", "nothing listens")
                .containsEntry("version", 2L)
                .containsEntry("updated_by", "system")
                .containsEntry("validated", false);
        assertThat(database.health(id).get("since")).asString().matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z");
    }

    @Test
    void theSameReasonKeepsItsTimeAndAnotherOneStartsAnew() {
        database.connection(id, "UNHEALTHY");
        database.jdbc()
                .sql("update connection set state_reason = '{\"code\":\"CONNECTION_REFUSED\",\"message\":\"x\","
                        + "\"since\":\"2026-01-01T00:00:00.000Z\"}' where id = :id")
                .param("id", id)
                .update();
        ConnectionHealthStore.unhealthy(database.jdbc(), id, REFUSED);
        assertThat(database.health(id))
                .containsEntry("since", "2026-01-01T00:00:00.000Z")
                .containsEntry("message", "nothing listens")
                .containsEntry("version", 1L)
                .containsEntry("untouched", true);
        ConnectionHealthStore.unhealthy(database.jdbc(), id, TaskError.of(ErrorCode.TIMEOUT, "too slow"));
        assertThat(database.health(id)).containsEntry("code", "TIMEOUT");
        assertThat(database.health(id).get("since")).isNotEqualTo("2026-01-01T00:00:00.000Z");
    }

    @Test
    void aSuccessMakesAnUnhealthyConnectionActiveAgain() {
        database.connection(id, "UNHEALTHY");
        ConnectionHealthStore.validated(database.jdbc(), id, false);
        assertThat(database.health(id))
                .containsEntry("state", "ACTIVE")
                .containsEntry("code", null)
                .containsEntry("version", 2L)
                .containsEntry("updated_by", "system")
                .containsEntry("validated", true);
    }

    @ParameterizedTest
    @CsvSource({"UNHEALTHY, true, true", "UNHEALTHY, false, false", "ACTIVE, true, false"})
    void onlyAScheduledValidationThatHealsMakesTheCrawlDue(String state, boolean scheduled, boolean due) {
        database.connection(id, state);
        String tomorrow = "update connection set next_crawl_at = now() + interval '1 day' where id = :id";
        database.jdbc().sql(tomorrow).param("id", id).update();
        ConnectionHealthStore.validated(database.jdbc(), id, scheduled);
        assertThat(database.jdbc()
                        .sql("select next_crawl_at < now() + interval '1 minute' from connection where id = :id")
                        .param("id", id)
                        .query((row, i) -> row.getBoolean(1))
                        .single())
                .isEqualTo(due);
    }

    @Test
    void aSuccessOfAnActiveConnectionOnlyNotesTheTime() {
        database.connection(id, "ACTIVE");
        ConnectionHealthStore.crawled(database.jdbc(), id);
        assertThat(database.health(id))
                .containsEntry("state", "ACTIVE")
                .containsEntry("version", 1L)
                .containsEntry("untouched", true)
                .containsEntry("crawled", true)
                .containsEntry("validated", false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INACTIVE", "DELETING"})
    void otherStatesStay(String state) {
        database.connection(id, state);
        assertThat(ConnectionHealthStore.unhealthy(database.jdbc(), id, REFUSED))
                .isFalse();
        assertThat(ConnectionHealthStore.healthy(database.jdbc(), id)).isFalse();
        assertThat(database.health(id))
                .containsEntry("state", state)
                .containsEntry("code", null)
                .containsEntry("version", 1L);
    }
}
