package dev.connections.api.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class DataObjectsTest {
    private final RunningApi api = RunningApi.get();
    private final CatalogFixture catalog = new CatalogFixture(api);
    private final UUID database = catalog.database("shop");
    private final UUID schema = catalog.schema(database, "public");
    private final UUID table = catalog.table(schema, "orders");

    @Test
    void anObjectIsReadWithItsColumnsAndKeys() {
        UUID customers = catalog.table(schema, "customers");
        catalog.listed(schema, "2026-03-02T00:00:00.000Z");
        catalog.set(table, """
                description = 'What was sold', remote_type = 'BASE TABLE', remote_created_at = '2026-01-01 00:00:00+01',
                detail = '{"columns": [{"name": "id", "ordinal": 1, "remoteType": "bigint", "normalizedType": "INTEGER",
                                        "nullable": false, "identity": true}],
                           "primaryKey": ["id"],
                           "foreignKeys": [
                             {"name": "b", "columns": ["c"], "referencedPath": ["shop", "public", "customers"],
                              "referencedColumns": ["id"]},
                             {"name": "a", "columns": ["x", "y"], "referencedPath": ["else", "where"],
                              "referencedColumns": ["v", "w"]}]}'""");
        Answer answer = api.get(catalog.data(table)).is(200);
        assertThat(answer.json()).isEqualTo(Json.tree("""
                {"id": "%s", "connectionKey": "%s", "parentId": "%s", "name": "orders", "type": "TABLE",
                 "normalizedType": "TABLE", "technology": "PostgreSQL", "remoteId": "r-orders",
                 "remoteType": "BASE TABLE", "remoteFormat": null, "remoteKind": null,
                 "remoteCreatedAt": "2025-12-31T23:00:00.000Z", "remoteUpdatedAt": null,
                 "remoteState": "PRESENT", "missingSince": null, "state": "ACTIVE",
                 "settings": {"activation": "INHERIT", "newChildActivation": "INHERIT"},
                 "description": "What was sold",
                 "objectPath": [{"name": "shop", "type": "DATABASE"}, {"name": "public", "type": "SCHEMA"},
                                {"name": "orders", "type": "TABLE"}],
                 "lastSyncedAt": "2026-03-02T00:00:00.000Z",
                 "createdBy": "system", "createdAt": "2026-03-01T08:20:30.400Z",
                 "updatedBy": "system", "updatedAt": "2026-03-01T08:20:30.400Z",
                 "childCount": 0,
                 "columns": [{"name": "id", "ordinal": 1, "remoteType": "bigint", "normalizedType": "INTEGER",
                              "nullable": false, "defaultValue": null, "generated": false, "identity": true,
                              "description": null}],
                 "primaryKey": ["id"],
                 "foreignKeys": [
                   {"name": "b", "columns": ["c"], "referencedColumns": ["id"],
                    "referencedObject": {"id": "%s", "path": ["shop", "public", "customers"]}},
                   {"name": "a", "columns": ["x", "y"], "referencedColumns": ["v", "w"],
                    "referencedObject": {"id": null, "path": ["else", "where"]}}],
                 "viewDefinition": null}""".formatted(table, catalog.key, schema, customers)));
    }

    @Test
    void aLongDescriptionIsCutInListsAndWholeInTheObject() {
        String description = "words ".repeat(500);
        catalog.set(table, "description = '" + description + "'");
        assertThat(api.get(catalog.data(table)).is(200).at("/description")).isEqualTo(description);
        assertThat(api.get(catalog.data(schema) + "/children").is(200).at("/data/0/description"))
                .isEqualTo(description.substring(0, 1_000));
    }

    @Test
    void anObjectOutsideAnyListingShowsWhenItWasLastSeen() {
        catalog.set(
                table,
                "listed_with = null, synced_at = '2026-03-03 00:00:00+00', missing_since = '2026-03-04 00:00:00+00'");
        Answer answer = api.get(catalog.data(table)).is(200);
        assertThat(answer.at("/lastSyncedAt")).isEqualTo("2026-03-03T00:00:00.000Z");
        assertThat(answer.at("/remoteState")).isEqualTo("MISSING");
        assertThat(answer.at("/missingSince")).isEqualTo("2026-03-04T00:00:00.000Z");
    }

    @Test
    void aColumnShowsAllStoredPropertiesInTheOrderOfTheContract() {
        String column = """
                {"name":"total","ordinal":3,"remoteType":"numeric(10,2)","normalizedType":"DECIMAL","nullable":true,\
                "defaultValue":"(price * 2)","generated":true,"identity":false,"description":"Gross"}""";
        catalog.set(table, "detail = '{\"columns\": [%s]}'".formatted(column));
        assertThat(api.get(catalog.data(table)).is(200).body()).contains("\"columns\":[" + column + "]");
    }

    @Test
    void aContainerHasChildrenAndNoColumns() {
        JsonNode container = api.get(catalog.data(database)).is(200).json();
        assertThat(container.path("parentId").isNull()).isTrue();
        assertThat(container.path("childCount").asInt()).isEqualTo(1);
        assertThat(container.path("columns")).isEmpty();
        assertThat(container.path("foreignKeys")).isEmpty();
    }

    @Test
    void objectsAreListedLevelByLevelInTheOrderOfTheirNames() {
        for (String name : List.of("c", "a", "B", "ä", "b")) {
            catalog.table(schema, name);
        }
        assertThat(pages(catalog.data(schema) + "/children", 2)).containsExactly("B", "a", "b", "c", "orders", "ä");
        assertThat(pages(catalog.data(database) + "/children", 100)).containsExactly("public");
        assertThat(pages(catalog.data(table) + "/children", 100)).isEmpty();
        catalog.database("archive");
        assertThat(pages(catalog.path + "/data", 1)).containsExactly("archive", "shop");
    }

    @Test
    void aCursorOfOtherChildrenIsRefused() {
        catalog.table(schema, "second");
        String cursor =
                api.get(catalog.data(schema) + "/children?limit=1").is(200).at("/meta/nextCursor");
        api.get(catalog.data(database) + "/children?cursor=" + cursor).is(400).refuses("cursor");
    }

    @Test
    void theStateIsThatOfTheNearestDecisionAbove() {
        api.patch(catalog.data(database), settings("DISABLED")).is(200);
        assertThat(states()).containsExactly("INACTIVE", "INACTIVE", "INACTIVE");
        api.patch(catalog.data(table), settings("ENABLED")).is(200);
        assertThat(states()).containsExactly("INACTIVE", "INACTIVE", "ACTIVE");
        api.patch(catalog.data(schema), settings("ENABLED")).is(200);
        api.patch(catalog.data(table), settings("INHERIT")).is(200);
        assertThat(states()).containsExactly("INACTIVE", "ACTIVE", "ACTIVE");
        api.patch(catalog.data(schema), settings("INHERIT")).is(200);
        api.patch(catalog.data(database), settings("INHERIT")).is(200);
        assertThat(states()).containsExactly("ACTIVE", "ACTIVE", "ACTIVE");
    }

    @Test
    void aHundredThousandObjectsFollowTheirDatabaseAtOnceAndOneRowIsWritten() {
        catalog.many(schema, 100_000);
        try {
            api.patch(catalog.data(database), settings("INHERIT")).is(200);
            Map<String, String> before = catalog.writers();
            api.patch(catalog.data(database), settings("DISABLED")).is(200);
            assertThat(found("t99999", "INACTIVE")).containsExactly("t99999");
            assertThat(found("t99999", "ACTIVE")).isEmpty();
            for (String name : List.of("t1", "t50000", "t100000")) {
                String id = api.post("/api/connections/data/search", search(name, null))
                        .is(200)
                        .at("/data/0/id");
                assertThat(api.get(catalog.path + "/data/" + id).is(200).at("/state"))
                        .isEqualTo("INACTIVE");
            }
            Map<String, String> after = catalog.writers();
            assertThat(after).hasSize(100_003);
            assertThat(after.keySet().stream().filter(id -> !Objects.equals(after.get(id), before.get(id))))
                    .containsExactly(database.toString());
        } finally {
            // Other tests search everywhere.
            catalog.deleteBelow(schema);
        }
    }

    @Test
    void aPatchChangesWhatItNamesAndRecordsWhoDidIt() {
        Answer patched = api.send(api.request("PATCH", catalog.data(schema), """
                        {"settings": {"newChildActivation": "DISABLED"}}""")
                        .setHeader("Content-Type", "application/merge-patch+json"))
                .is(200);
        assertThat(patched.json().path("settings")).isEqualTo(Json.tree("""
                {"activation": "INHERIT", "newChildActivation": "DISABLED"}"""));
        assertThat(patched.at("/updatedBy")).isEqualTo("alice");
        assertThat(patched.at("/childCount")).isEqualTo("1");
        assertThat(api.get(catalog.data(schema)).is(200).json()).isEqualTo(patched.json());
    }

    @Test
    void aPatchThatChangesNothingLeavesNoTrace() {
        JsonNode before = api.get(catalog.data(table)).is(200).json();
        assertThat(api.patch(catalog.data(table), settings("INHERIT")).is(200).json())
                .isEqualTo(before);
        assertThat(api.patch(catalog.data(table), "{\"settings\": {}}").is(200).json())
                .isEqualTo(before);
    }

    @Test
    void aPatchOutsideTheContractIsRefused() {
        api.patch(catalog.data(table), settings("SOMETIMES")).is(400).refuses("/settings/activation");
        api.patch(catalog.data(table), "{}").is(400).refuses("/settings");
        api.patch(catalog.data(table), "{\"settings\": {}, \"name\": \"x\"}")
                .is(400)
                .refuses("/name");
    }

    @Test
    void anObjectIsOnlyFoundUnderItsOwnConnection() {
        String elsewhere = api.newConnection() + "/data/" + table;
        api.get(elsewhere).is(404);
        api.get(elsewhere + "/children").is(404);
        api.patch(elsewhere, settings("DISABLED")).is(404);
        api.delete(elsewhere).is(404);
        api.get(catalog.data(Ids.next())).is(404);
        api.get("/api/connections/unknown/data").is(404);
        api.get(catalog.path + "/data/not-an-id").is(400).refuses("dataObjectId");
        assertThat(states()).containsExactly("ACTIVE", "ACTIVE", "ACTIVE");
    }

    @Test
    void aDeletionBecomesATaskAndASecondOneIsRefusedWithItsId() {
        Answer accepted = api.delete(catalog.data(schema)).is(202);
        Answer task = api.get(accepted.header("Location")).is(200);
        assertThat(task.at("/id")).isEqualTo(accepted.at("/taskId"));
        assertThat(task.at("/type")).isEqualTo("DELETE");
        assertThat(task.at("/input/objectId")).isEqualTo(schema.toString());
        assertThat(task.at("/createdBy")).isEqualTo("alice");
        assertThat(api.delete(catalog.data(schema)).is(409).at("/taskId")).isEqualTo(accepted.at("/taskId"));
        api.delete(catalog.data(table)).is(202);
        api.delete(catalog.data(Ids.next())).is(404);
    }

    @Test
    void readingAndChangingNeedTheirScopes() {
        String reader = api.tokens().mint("bob", "connections:read");
        String operator = api.tokens().mint("bob", "connections:operate");
        api.send(api.request(reader, "GET", catalog.data(table), null)).is(200);
        api.send(api.request(reader, "DELETE", catalog.data(table), null)).is(403);
        api.send(api.request(reader, "PATCH", catalog.data(table), settings("DISABLED")))
                .is(403);
        api.send(api.request(operator, "GET", catalog.path + "/data", null)).is(403);
        api.send(api.request(operator, "POST", "/api/connections/data/search", "{}"))
                .is(403);
    }

    private List<String> found(String name, String state) {
        return CatalogFixture.all(
                api.post("/api/connections/data/search", search(name, state)).is(200), "/name");
    }

    private String search(String name, @Nullable String state) {
        return """
                {"connection": {"connectionKey": "%s"}, "dataObject": {"name": "%s"%s}}""".formatted(catalog.key, name, state == null ? "" : ", \"state\": \"" + state + '"');
    }

    private static String settings(String activation) {
        return "{\"settings\": {\"activation\": \"%s\"}}".formatted(activation);
    }

    private List<String> states() {
        return List.of(database, schema, table).stream()
                .map(id -> api.get(catalog.data(id)).is(200).at("/state"))
                .toList();
    }

    private List<String> pages(String path, int limit) {
        List<String> names = new ArrayList<>();
        Answer page = api.get(path + "?limit=" + limit).is(200);
        names.addAll(CatalogFixture.all(page, "/name"));
        while (!page.json().at("/meta/nextCursor").isNull()) {
            page = api.get(path + "?limit=" + limit + "&cursor=" + page.at("/meta/nextCursor"))
                    .is(200);
            names.addAll(CatalogFixture.all(page, "/name"));
        }
        return names;
    }
}
