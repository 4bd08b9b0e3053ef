package dev.connections.api.http.conditional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.Requests;
import dev.connections.api.RunningApi;
import dev.connections.api.catalog.CatalogFixture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionalRequestsTest {
    private static final String HOST =
            "{\"clientConfiguration\": {\"host\": \"%s\", \"credential\": {\"password\": \"p\"}}}";

    private final RunningApi api = RunningApi.get();

    @Test
    void whoHasTheLatestIsNotSentItAgain() {
        String path = api.newConnection();
        String task = path + "/tasks/" + api.post(path + "/validate", null).at("/taskId");
        String run = task + "/runs/" + api.get(task).at("/latestRunId");
        CatalogFixture catalog = new CatalogFixture(api);
        List<String> reads = List.of(
                "/api/connections?limit=1",
                path,
                path + "/data",
                catalog.data(catalog.database("d")),
                path + "/tasks",
                task,
                task + "/runs",
                run,
                "/v3/api-docs",
                "/v3/asyncapi-docs.yaml");
        for (String read : reads) {
            Answer first = api.get(read);
            String tag = first.header("ETag");
            assertThat(tag).as(read).matches("(W/)?\"[0-9a-f]+\"");
            assertThat(first.header("Cache-Control")).as(read).isEqualTo("private, no-cache");
            assertThat(ifNoneMatch("GET", read, tag).status()).as(read).isEqualTo(304);
            Answer again = ifNoneMatch("GET", read, "\"other\", " + tag);
            assertThat(again.status()).as(read).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.header("ETag")).isEqualTo(tag);
            assertThat(ifNoneMatch("GET", read, "\"other\"").status()).as(read).isEqualTo(200);
            Answer head = api.send(api.request("HEAD", read, null));
            assertThat(head.header("ETag")).as(read).isEqualTo(tag);
            assertThat(ifNoneMatch("HEAD", read, tag).status()).as(read).isEqualTo(304);
            Answer any = ifNoneMatch("GET", read, "*");
            assertThat(any.status()).as(read).isEqualTo(304);
            assertThat(any.header("ETag")).isEqualTo(tag);
            assertThat(any.body()).isEmpty();
        }
    }

    @Test
    void whatHasChangedIsSent() {
        String path = api.newConnection();
        String connection = api.get(path).header("ETag");
        String tasks = api.get(path + "/tasks").header("ETag");
        String task = path + "/tasks/" + api.post(path + "/validate", null).at("/taskId");
        assertThat(ifNoneMatch("GET", path + "/tasks", tasks).is(200).header("ETag"))
                .isNotEqualTo(tasks);
        assertThat(ifNoneMatch("GET", path, connection).status()).isEqualTo(304);
        api.patch(path, HOST.formatted("other.example.com")).is(200);
        assertThat(ifNoneMatch("GET", path, connection).is(200).header("ETag")).isNotEqualTo(connection);
        String pending = api.get(task).header("ETag");
        api.post(task + "/runs/" + api.get(task).at("/latestRunId") + "/cancel", null)
                .is(200);
        ifNoneMatch("GET", task, pending).is(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"last_validated_at = now()", "last_crawled_at = now()", "version = version + 1"})
    void theTagOfAConnectionChangesWithEverythingThatItShows(String change) {
        String path = api.newConnection();
        String before = api.get(path).header("ETag");
        api.database()
                .sql("update connection set " + change + " where connection_key = :key")
                .param("key", path.substring("/api/connections/".length()))
                .update();
        assertThat(api.get(path).header("ETag")).isNotEqualTo(before).matches("\"[0-9a-f]{32}\"");
    }

    @Test
    void aConnectionOfTheSameKeyIsAnotherOne() {
        String key = RunningApi.newKey();
        String first =
                api.post("/api/connections", Requests.postgres(key)).is(201).header("ETag");
        assertThat(api.get("/api/connections/" + key).header("ETag")).isEqualTo(first);
        api.database()
                .sql("delete from connection where connection_key = :key")
                .param("key", key)
                .update();
        assertThat(api.post("/api/connections", Requests.postgres(key)).is(201).header("ETag"))
                .isNotEqualTo(first);
    }

    @Test
    void whatIsNotThereIsNotFoundWhateverTagIsAskedFor() {
        assertThat(ifNoneMatch("GET", "/api/connections/nobody", "*").status()).isEqualTo(404);
    }

    @Test
    void anErrorHasNoTag() {
        assertThat(api.get("/api/connections/nobody").is(404).headers().firstValue("ETag"))
                .isEmpty();
        assertThat(api.send(api.anonymous("GET", "/api/connections", null))
                        .is(401)
                        .header("Cache-Control"))
                .contains("no-store");
    }

    @Test
    void aPatchOfWhatHasChangedIsRefused() {
        String path = api.newConnection();
        String read = api.get(path).header("ETag");
        Answer first = ifMatch("PATCH", path, read, HOST.formatted("first.example.com"))
                .is(200);
        assertThat(first.header("ETag"))
                .isNotEqualTo(read)
                .isEqualTo(api.get(path).header("ETag"));
        for (String dryRun : List.of("", "?dryRun=true")) {
            Answer refused = ifMatch("PATCH", path + dryRun, read, HOST.formatted("second.example.com"))
                    .isProblem(412);
            assertThat(refused.at("/detail")).contains("GET", "If-Match");
        }
        assertThat(api.get(path).at("/clientConfiguration/host")).isEqualTo("first.example.com");
        for (String current : List.of(first.header("ETag"), "*", read + ", " + first.header("ETag"))) {
            ifMatch("PATCH", path + "?dryRun=true", current, HOST.formatted("dry.example.com"))
                    .is(200);
        }
        ifMatch("PATCH", path, "*", HOST.formatted("third.example.com")).is(200);
    }

    @Test
    void theTagOfADryRunIsThatOfTheConnectionAsItStays() {
        String path = api.newConnection();
        String tag = api.get(path).header("ETag");
        assertThat(api.patch(path + "?dryRun=true", HOST.formatted("dry.example.com"))
                        .is(200)
                        .header("ETag"))
                .isEqualTo(tag);
        ifMatch("PATCH", path, tag, HOST.formatted("wet.example.com")).is(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "\"", "\"\"", "W/\"*\"", "W/%s", ",", "\"*\""})
    void aTagThatIsNotTheConnectionsMatchesNothing(String tag) {
        String path = api.newConnection();
        String current = api.get(path).header("ETag");
        ifMatch("PATCH", path, tag.formatted(current), "{\"settings\": {}}").isProblem(412);
    }

    @Test
    void otherChangesHoldTheTagToo() {
        String path = api.newConnection();
        String old = api.get(path).header("ETag");
        api.patch(path, HOST.formatted("other.example.com")).is(200);
        ifMatch("POST", path + "/deactivate", old, null).isProblem(412);
        ifMatch("DELETE", path, old, null).isProblem(412);
        String inactive = ifMatch("POST", path + "/deactivate", api.get(path).header("ETag"), null)
                .is(200)
                .header("ETag");
        ifMatch("POST", path + "/activate", old, null).isProblem(412);
        ifMatch("DELETE", path, old, null).isProblem(412);
        assertThat(api.get(path).at("/state")).isEqualTo("INACTIVE");
        ifMatch("DELETE", path, inactive, null).is(202);
    }

    @Test
    void whatIsNotThereIsNotFoundWhateverTheTag() {
        ifMatch("PATCH", "/api/connections/nobody", "*", "{\"settings\": {}}").is(404);
        ifMatch("DELETE", "/api/connections/nobody", "\"x\"", null).is(404);
    }

    @Test
    void ofManyPatchesOfTheSameStateOneIsTaken() throws Exception {
        String path = api.newConnection();
        String read = api.get(path).header("ETag");
        List<Integer> statuses = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String host = "h" + i + ".example.com";
                answers.add(threads.submit(() -> ifMatch("PATCH", path, read, HOST.formatted(host))));
            }
            for (Future<Answer> answer : answers) {
                statuses.add(answer.get().status());
            }
        }
        assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
    }

    private Answer ifNoneMatch(String method, String path, String tag) {
        return api.send(api.request(method, path, null).header("If-None-Match", tag));
    }

    private Answer ifMatch(String method, String path, String tag, @Nullable String body) {
        return api.send(api.request(method, path, body).header("If-Match", tag));
    }
}
