package dev.connections.api.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.Requests;
import dev.connections.api.RunningApi;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ConnectionsTest {
    private final RunningApi api = RunningApi.get();

    @Test
    void aNewConnectionIsActiveAndHasEveryDefault() {
        String key = RunningApi.newKey();
        Answer created = api.post("/api/connections", Requests.postgres(key)).is(201);
        assertThat(created.header("Location")).isEqualTo("/api/connections/" + key);
        assertThat(created.json().propertyNames())
                .containsExactly(
                        "connectionKey",
                        "technology",
                        "state",
                        "stateReason",
                        "clientConfiguration",
                        "settings",
                        "lastValidatedAt",
                        "lastCrawledAt",
                        "createdBy",
                        "createdAt",
                        "updatedBy",
                        "updatedAt");
        assertThat(created.at("/state")).isEqualTo("ACTIVE");
        assertThat(created.at("/createdBy")).isEqualTo("alice");
        assertThat(created.at("/createdAt")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(created.json().path("settings")).isEqualTo(Json.tree("""
                {"crawl": {"schedule": "PT24H", "include": ["**"], "exclude": [], "missingObjectRetention": null},
                 "newObjectActivation": "ENABLED"}"""));
        assertThat(api.get("/api/connections/" + key).is(200).json()).isEqualTo(created.json());
    }

    @Test
    void aSecretIsInNoAnswerAndNotInTheDatabase() {
        String key = RunningApi.newKey();
        Answer created = api.post("/api/connections", Requests.postgres(key)).is(201);
        assertThat(created.body()).doesNotContain(Requests.SECRET);
        assertThat(created.at("/clientConfiguration/credential/password")).isEqualTo("[REDACTED]");
        String stored = stored(key);
        assertThat(stored).doesNotContain(Requests.SECRET).contains("sealed:");
        JsonNode opened = api.bean(SecretSealer.class).open(id(key), Technology.POSTGRESQL, Json.tree(stored));
        assertThat(opened.at("/credential/password").asString()).isEqualTo(Requests.SECRET);
        assertThat(api.get("/api/connections?limit=100").is(200).body()).doesNotContain(Requests.SECRET, "sealed:");
    }

    @Test
    void theFirstCrawlIsCreatedWithTheConnection() {
        String key = RunningApi.newKey();
        String body = Requests.postgres(key).replace("\"crawlOnCreate\": false", "\"crawlOnCreate\": true");
        api.post("/api/connections", body).is(201);
        Answer tasks = api.get("/api/connections/" + key + "/tasks").is(200);
        assertThat(tasks.json().path("data").size()).isEqualTo(1);
        assertThat(tasks.at("/data/0/type")).isEqualTo("CRAWL");
        assertThat(tasks.at("/data/0/trigger")).isEqualTo("SYSTEM");
        assertThat(tasks.at("/data/0/createdBy")).isEqualTo("alice");
    }

    @Test
    void aKeyThatIsTakenConflicts() {
        String key = RunningApi.newKey();
        api.post("/api/connections", Requests.postgres(key)).is(201);
        Answer second = api.post("/api/connections", Requests.databricks(key)).is(409);
        assertThat(second.at("/detail")).isEqualTo("Unable to create connection. Connection key already exists.");
    }

    @Test
    void aConnectionIsDueForItsNextCrawlBySchedule() {
        String key = RunningApi.newKey();
        api.post("/api/connections", Requests.postgres(key, """
                {"crawl": {"schedule": "0 3 * * *"}}""")).is(201);
        assertThat(isDueWithin(key, "24 hours 1 minute")).isTrue();
        api.patch("/api/connections/" + key, """
                {"settings": {"crawl": {"schedule": null}}}""").is(200);
        assertThat(isDueWithin(key, "100 years")).isFalse();
        api.patch("/api/connections/" + key, """
                {"settings": {"crawl": {"schedule": "PT10M"}}}""").is(200);
        assertThat(isDueWithin(key, "11 minutes")).isTrue();
        api.post("/api/connections/" + key + "/deactivate", null).is(200);
        assertThat(isDueWithin(key, "100 years")).isFalse();
    }

    @Test
    void pagesFollowEachOtherByKey() {
        String prefix = RunningApi.newKey();
        for (int i = 0; i < 5; i++) {
            api.post("/api/connections", Requests.databricks(prefix + i)).is(201);
            api.setState("/api/connections/" + prefix + i, "UNHEALTHY");
        }
        List<String> keys = new ArrayList<>();
        String path = "/api/connections?state=UNHEALTHY&technology=Databricks&limit=2";
        Answer page = api.get(path).is(200);
        page.json().path("data").forEach(c -> keys.add(c.path("connectionKey").asString()));
        while (!page.json().at("/meta/nextCursor").isNull()) {
            page = api.get(path + "&cursor=" + page.at("/meta/nextCursor")).is(200);
            page.json()
                    .path("data")
                    .forEach(c -> keys.add(c.path("connectionKey").asString()));
        }
        assertThat(keys).isSorted().contains(prefix + 0, prefix + 1, prefix + 2, prefix + 3, prefix + 4);
        assertThat(page.json().at("/meta/limit").asInt()).isEqualTo(2);
        String cursor = api.get(path).at("/meta/nextCursor");
        api.get("/api/connections?cursor=" + cursor).refuses("cursor");
    }

    @Test
    void everyOperationHasItsStates() {
        String path = api.newConnection();
        assertThat(api.post(path + "/activate", null).is(409).at("/detail"))
                .isEqualTo("Unable to activate connection. Connection state must be INACTIVE to be activated.");
        assertThat(api.delete(path).is(409).at("/detail"))
                .isEqualTo("Unable to delete connection. Connection state must be INACTIVE to be deleted.");
        assertThat(api.post(path + "/deactivate", null).is(200).at("/state")).isEqualTo("INACTIVE");
        assertThat(api.post(path + "/deactivate", null).is(409).at("/detail"))
                .isEqualTo("Unable to deactivate connection. Connection state must be ACTIVE to be deactivated.");
        assertThat(api.post(path + "/validate", null).is(409).at("/detail"))
                .isEqualTo(
                        "Unable to validate connection. Connection state must be ACTIVE or UNHEALTHY to be validated.");
        assertThat(api.patch(path, "{\"settings\": {}}").is(409).at("/detail"))
                .isEqualTo("Unable to update connection. Connection state must be ACTIVE or UNHEALTHY to be updated.");
        api.patch(path + "?dryRun=true", "{\"settings\": {}}").is(409);
        assertThat(api.post(path + "/activate", null).is(200).at("/state")).isEqualTo("ACTIVE");
        api.setState(path, "UNHEALTHY");
        api.post(path + "/validate", null).is(202);
        api.patch(path, "{\"settings\": {}}").is(200);
        api.delete(path).is(409);
        Answer deleted = api.delete(path + "?force=true").is(202);
        assertThat(deleted.header("Location")).isEqualTo(path + "/tasks/" + deleted.at("/taskId"));
        assertThat(api.get(path).is(200).at("/state")).isEqualTo("DELETING");
        assertThat(api.delete(path).is(409).at("/taskId")).isEqualTo(deleted.at("/taskId"));
        api.patch(path, "{\"settings\": {}}").is(409);
        api.post(path + "/validate", null).is(409);
    }

    @Test
    void aValidationInFlightIsNamed() {
        String path = api.newConnection();
        Answer first = api.post(path + "/validate", null).is(202);
        assertThat(first.header("Location")).isEqualTo(path + "/tasks/" + first.at("/taskId"));
        assertThat(api.post(path + "/validate", null).is(409).at("/taskId")).isEqualTo(first.at("/taskId"));
    }

    @Test
    void aDeletionThatFailedCanBeAskedForAgain() {
        String path = api.newConnection();
        api.post(path + "/deactivate", null).is(200);
        String first = api.delete(path).is(202).at("/taskId");
        api.database()
                .sql("update task_run set status = 'FAILED' where task_id = :task::uuid")
                .param("task", first)
                .update();
        assertThat(api.delete(path).is(202).at("/taskId")).isNotEqualTo(first);
    }

    @Test
    void whatIsNotThereIsNotFound() {
        String path = "/api/connections/" + RunningApi.newKey();
        api.get(path).is(404);
        api.patch(path, "{\"settings\": {}}").is(404);
        api.delete(path).is(404);
        for (String operation : List.of("/activate", "/deactivate", "/validate")) {
            api.post(path + operation, null).is(404);
        }
    }

    private UUID id(String key) {
        return api.database()
                .sql("select id from connection where connection_key = :key")
                .param("key", key)
                .query((row, i) -> row.getObject(1, UUID.class))
                .single();
    }

    private String stored(String key) {
        return api.database()
                .sql("select client_configuration from connection where connection_key = :key")
                .param("key", key)
                .query((row, i) -> row.getString(1))
                .single();
    }

    private boolean isDueWithin(String key, String time) {
        return Boolean.TRUE.equals(api.database()
                .sql("select coalesce(next_crawl_at between now() and now() + :time::interval, false)"
                        + " from connection where connection_key = :key")
                .param("key", key)
                .param("time", time)
                .query(Boolean.class)
                .single());
    }
}
