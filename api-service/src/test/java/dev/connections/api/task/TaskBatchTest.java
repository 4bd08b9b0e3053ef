package dev.connections.api.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TaskBatchTest {
    private static final String PATH = "/api/connections/tasks";

    private final RunningApi api = RunningApi.get();

    @Test
    void eachTaskHasItsOwnAnswerInTheOrderOfTheRequest() {
        String active = newConnection();
        String inactive = newConnection();
        api.setState("/api/connections/" + inactive, "INACTIVE");
        List<JsonNode> results = create(
                task(active, "VALIDATE"),
                task("nobody", "VALIDATE"),
                task(active, "VALIDATE"),
                task(inactive, "CRAWL"),
                task(active, "CRAWL"),
                "{\"connectionKey\": \"%s\", \"type\": \"CRAWL\", \"input\": {\"objectId\": \"%s\"}}"
                        .formatted(active, Ids.next()),
                task(inactive, "DELETE"));
        assertThat(results.stream().map(result -> result.path("connectionKey").stringValue()))
                .containsExactly(active, "nobody", active, inactive, active, active, inactive);
        assertThat(results.stream().map(result -> result.path("status").intValue()))
                .containsExactlyInAnyOrder(201, 404, 409, 409, 201, 400, 201);
        // Of the two that are the same, either.
        JsonNode created = results.get(0).has("task") ? results.get(0) : results.get(2);
        JsonNode refused = results.get(0).has("task") ? results.get(2) : results.get(0);
        assertThat(created.path("status").intValue()).isEqualTo(201);
        assertThat(created.has("problem")).isFalse();
        JsonNode task = created.path("task");
        assertThat(api.get("/api/connections/" + active + "/tasks/"
                                + task.path("id").stringValue())
                        .is(200)
                        .json())
                .isEqualTo(task);
        assertThat(refused.path("status").intValue()).isEqualTo(409);
        assertThat(refused.has("task")).isFalse();
        assertThat(refused.path("problem").path("taskId")).isEqualTo(task.path("id"));
        assertThat(results.get(1).path("problem").path("detail").stringValue()).contains("nobody");
        assertThat(results.get(3).path("problem").has("taskId")).isFalse();
        assertThat(results.get(4).path("status").intValue()).isEqualTo(201);
        assertThat(results.get(5).path("problem").path("title").stringValue()).isEqualTo("Invalid request");
        assertThat(api.get("/api/connections/" + inactive).at("/state")).isEqualTo("DELETING");
    }

    @Test
    void aHundredTasksAreCreatedByOneTransaction() {
        List<String> keys = Stream.generate(this::newConnection).limit(100).toList();
        List<JsonNode> results =
                create(keys.stream().map(key -> task(key, "VALIDATE")).toArray(String[]::new));
        assertThat(results)
                .hasSize(100)
                .allMatch(result -> result.path("status").intValue() == 201);
        assertThat(api.database()
                        .sql("select count(distinct r.xmin::text) from task_run r join task t on t.id = r.task_id"
                                + " where t.connection_key = any(?)")
                        .param(keys.toArray(String[]::new))
                        .query(Integer.class)
                        .single())
                .isEqualTo(1);
    }

    @Test
    void aConnectionThatSomebodyHoldsHindersNoOther() throws Exception {
        List<String> keys = Stream.generate(this::newConnection).limit(5).toList();
        try (Connection holder = api.postgres().connect("connections");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from connection where connection_key = '" + keys.get(2) + "' for update");
            List<JsonNode> results =
                    create(keys.stream().map(key -> task(key, "VALIDATE")).toArray(String[]::new));
            assertThat(results.stream().map(result -> result.path("status").intValue()))
                    .containsExactly(201, 201, 503, 201, 201);
            assertThat(results.get(2).path("problem").path("detail").stringValue())
                    .contains("Nothing was changed");
            holder.rollback();
        }
        assertThat(keys.stream().map(this::tasks)).containsExactly(1L, 1L, 0L, 1L, 1L);
    }

    @Test
    void anInvalidRequestCreatesNothing() {
        String key = newConnection();
        api.post(PATH, "{\"tasks\": []}").refuses("/tasks");
        api.post(PATH, body(Collections.nCopies(101, task(key, "VALIDATE")))).refuses("/tasks");
        api.post(
                        PATH,
                        body(List.of(
                                task(key, "VALIDATE"),
                                "{\"connectionKey\": \"%s\", \"type\": \"VALIDATE\", \"input\": {\"objectId\": \"%s\"}}"
                                        .formatted(key, Ids.next()))))
                .refuses("/tasks/1/input/objectId");
        assertThat(tasks(key)).isZero();
    }

    @Test
    void withoutTheScopeForOneNoneIsCreated() {
        String key = newConnection();
        String operator = api.tokens().mint("olga", "connections:operate");
        Answer answer = api.send(
                api.request(operator, "POST", PATH, body(List.of(task(key, "VALIDATE"), task(key, "DELETE")))));
        assertThat(answer.isProblem(403).at("/detail")).contains("connections:manage");
        assertThat(tasks(key)).isZero();
    }

    private List<JsonNode> create(String... tasks) {
        JsonNode results = api.post(PATH, body(List.of(tasks))).is(200).json().path("results");
        return IntStream.range(0, results.size()).mapToObj(results::get).toList();
    }

    private static String body(List<String> tasks) {
        List<JsonNode> nodes = new ArrayList<>();
        tasks.forEach(task -> nodes.add(Json.tree(task)));
        return "{\"tasks\": " + nodes + "}";
    }

    private static String task(String key, String type) {
        return "{\"connectionKey\": \"%s\", \"type\": \"%s\"}".formatted(key, type);
    }

    private String newConnection() {
        return api.newConnection().substring("/api/connections/".length());
    }

    private long tasks(String key) {
        return api.database()
                .sql("select count(*) from task where connection_key = ?")
                .param(key)
                .query(Long.class)
                .single();
    }
}
