package dev.connections.api.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DataObjectTagsTest {
    private static final String SETTINGS = "{\"settings\": {\"activation\": \"%s\"}}";

    private final RunningApi api = RunningApi.get();
    private final CatalogFixture catalog = new CatalogFixture(api);
    private final UUID database = catalog.database("shop");
    private final UUID schema = catalog.schema(database, "public");
    private final UUID table = catalog.table(schema, "orders");
    private final String path = catalog.data(table);

    @Test
    void theTagChangesWithEverythingThatTheAnswerContains() {
        List<String> tags = new ArrayList<>();
        tags.add(tag());
        catalog.set(table, "description = 'What was sold'");
        tags.add(tag());
        catalog.set(table, "detail = '{\"columns\": [], \"primaryKey\": [\"id\"], \"foreignKeys\": []}'");
        tags.add(tag());
        catalog.listed(schema, "2026-03-02T00:00:00.000Z");
        tags.add(tag());
        api.patch(catalog.data(database), SETTINGS.formatted("DISABLED")).is(200);
        tags.add(tag());
        catalog.set(table, "missing_since = now(), listed_with = null");
        tags.add(tag());
        assertThat(tags).doesNotHaveDuplicates().allMatch(tag -> tag.matches("\"[0-9a-f]{32}\""));
        assertThat(tag()).isEqualTo(tags.getLast());
    }

    @Test
    void aChangeIsMadeOnlyToTheStateThatItsTagNames() {
        String read = tag();
        Answer patched = ifMatch("PATCH", read, SETTINGS.formatted("DISABLED")).is(200);
        assertThat(patched.header("ETag")).isNotEqualTo(read).isEqualTo(tag());
        for (String other : List.of(read, "\"stale\"", "W/" + patched.header("ETag"), "nonsense", "")) {
            ifMatch("PATCH", other, SETTINGS.formatted("ENABLED")).isProblem(412);
            ifMatch("DELETE", other, null).isProblem(412);
        }
        assertThat(api.get(path).at("/settings/activation")).isEqualTo("DISABLED");
        assertThat(api.get(catalog.path + "/tasks").is(200).json().path("data")).isEmpty();
        ifMatch("PATCH", "*", SETTINGS.formatted("ENABLED")).is(200);
        ifMatch("PATCH", "\"stale\", " + tag(), SETTINGS.formatted("INHERIT")).is(200);
        ifMatch("DELETE", tag(), null).is(202);
        api.send(api.request("DELETE", catalog.data(schema), null).header("If-Match", "*"))
                .is(202);
    }

    @Test
    void whatIsNotThereIsNotFoundWhateverTheTag() {
        catalog.set(
                table,
                "connection_id = (select id from connection where connection_key <> '%s' limit 1)"
                        .formatted(catalog.key));
        ifMatch("PATCH", "*", SETTINGS.formatted("ENABLED")).is(404);
        ifMatch("DELETE", "\"stale\"", null).is(404);
    }

    @Test
    void ofManyPatchesOfTheSameStateOneIsTaken() throws Exception {
        String read = tag();
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String activation = i % 2 == 0 ? "ENABLED" : "DISABLED";
                answers.add(threads.submit(() -> ifMatch("PATCH", read, SETTINGS.formatted(activation))));
            }
            for (Future<Answer> answer : answers) {
                statuses.add(answer.get().status());
            }
        }
        assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
    }

    private String tag() {
        return api.get(path).is(200).header("ETag");
    }

    private Answer ifMatch(String method, String tag, @Nullable String body) {
        return api.send(api.request(method, path, body).header("If-Match", tag));
    }
}
