package dev.connections.api.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.Requests;
import dev.connections.api.RunningApi;
import dev.connections.json.Json;
import dev.connections.lab.PresentWorker;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TasksTest {
    private final RunningApi api = RunningApi.get();
    private final String connection = api.newConnection();
    private final String tasks = connection + "/tasks";

    @Test
    void theAnswerToACreationIsTheTaskAsItIsRead() {
        Answer created = api.post(tasks, """
                {"type": "CRAWL", "input": {"includeInactive": true}}""").is(201);
        assertThat(created.json().path("input")).isEqualTo(Json.tree("""
                {"includeInactive": true, "acceptMassMissing": false}"""));
        assertThat(created.header("Location")).isEqualTo(tasks + "/" + created.at("/id"));
        // In the order of their creation, as UUIDs of version 7 are.
        assertThat(UUID.fromString(created.at("/id")).version()).isEqualTo(7);
        assertThat(UUID.fromString(created.at("/latestRunId")).version()).isEqualTo(7);
        assertThat(api.get(created.header("Location")).is(200).json()).isEqualTo(created.json());
        assertThat(created.json().propertyNames())
                .containsExactly(
                        "id",
                        "connectionKey",
                        "type",
                        "input",
                        "status",
                        "trigger",
                        "createdBy",
                        "createdAt",
                        "updatedAt",
                        "parentTaskId",
                        "latestRunId");
    }

    @Test
    void ofFiftyAtOnceOneIsCreatedAndTheOthersAreRefusedWithItsId() throws Exception {
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> sent = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String body = i % 2 == 0
                        ? "{\"type\": \"CRAWL\"}"
                        : "{\"type\": \"CRAWL\", \"input\": {\"acceptMassMissing\": false}}";
                sent.add(threads.submit(() -> api.post(tasks, body)));
            }
            for (Future<Answer> answer : sent) {
                answers.add(answer.get());
            }
        }
        List<Answer> created = answers.stream().filter(a -> a.status() == 201).toList();
        assertThat(created).hasSize(1);
        String id = created.getFirst().is(201).at("/id");
        List<Answer> refused = answers.stream().filter(a -> a.status() != 201).toList();
        assertThat(refused)
                .hasSize(49)
                .allSatisfy(answer -> assertThat(answer.is(409).at("/taskId")).isEqualTo(id));
    }

    @Test
    void anotherInputIsOtherWork() {
        api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        api.post(tasks, "{\"type\": \"CRAWL\", \"input\": {\"acceptMassMissing\": true}}")
                .is(201);
        api.post(tasks, "{\"type\": \"VALIDATE\", \"input\": {}}").is(201);
        api.post(tasks, "{\"type\": \"VALIDATE\"}").is(409);
    }

    @Test
    void eachTypeHasItsStates() {
        api.post(tasks, "{\"type\": \"DELETE\"}").is(409);
        api.setState(connection, "INACTIVE");
        assertThat(api.post(tasks, "{\"type\": \"CRAWL\"}").is(409).json().has("taskId"))
                .isFalse();
        api.post(tasks, "{\"type\": \"VALIDATE\"}").is(409);
        UUID object = dataObject(connection);
        api.post(tasks, "{\"type\": \"DELETE\", \"input\": {\"objectId\": \"%s\"}}".formatted(object))
                .is(201);
        Answer deletion = api.post(tasks, "{\"type\": \"DELETE\"}").is(201);
        assertThat(api.get(connection).at("/state")).isEqualTo("DELETING");
        assertThat(api.post(tasks, "{\"type\": \"DELETE\"}").is(409).at("/taskId"))
                .isEqualTo(deletion.at("/id"));
        assertThat(api.delete(connection).is(409).at("/taskId")).isEqualTo(deletion.at("/id"));
        api.post(tasks, "{\"type\": \"CRAWL\"}").is(409);
    }

    @Test
    void anInputIsCheckedByItsType() {
        api.post(tasks, """
                {"type": "VALIDATE", "input": {"objectId": "%s", "includeInactive": true, "x": 1}}""".formatted(UUID.randomUUID()))
                .refuses("/input/objectId", "/input/includeInactive", "/input/x");
        api.post(tasks, "{\"type\": \"DELETE\", \"input\": {\"includeInactive\": true}}")
                .refuses("/input/includeInactive");
        api.post(tasks, "{\"type\": \"SHRED\", \"input\": {\"objectId\": \"x\"}}")
                .refuses("/type", "/input/objectId");
        api.post(tasks, "{\"input\": {\"includeInactive\": \"true\"}}").refuses("/type", "/input/includeInactive");
        String another =
                "{\"type\": \"CRAWL\", \"input\": {\"objectId\": \"%s\"}}".formatted(dataObject(api.newConnection()));
        api.post(tasks, another).refuses("/input/objectId");
        api.post("/api/connections/" + RunningApi.newKey() + "/tasks", another).is(404);
    }

    @Test
    void tasksAreListedNewestFirstWithFilters() {
        List<String> ids = new ArrayList<>();
        for (String body : List.of(
                "{\"type\": \"CRAWL\"}",
                "{\"type\": \"VALIDATE\"}",
                "{\"type\": \"CRAWL\", \"input\": {\"includeInactive\": true}}")) {
            ids.addFirst(api.post(tasks, body).is(201).at("/id"));
        }
        Answer first = api.get(tasks + "?limit=2").is(200);
        Answer second = api.get(tasks + "?limit=2&cursor=" + first.at("/meta/nextCursor"))
                .is(200);
        List<String> listed = new ArrayList<>(ids(first));
        listed.addAll(ids(second));
        assertThat(listed).containsExactlyElementsOf(ids);
        assertThat(second.json().at("/meta/nextCursor").isNull()).isTrue();
        assertThat(ids(api.get(tasks + "?type=VALIDATE&status=PENDING&trigger=MANUAL&createdBy=alice")
                        .is(200)))
                .containsExactly(ids.get(1));
        assertThat(ids(api.get(tasks + "?createdBy=bob").is(200))).isEmpty();
        assertThat(ids(api.get(tasks + "?parentTaskId=" + ids.getFirst()).is(200)))
                .isEmpty();
        api.get(tasks + "?type=CRAWL&cursor=" + first.at("/meta/nextCursor")).refuses("cursor");
        api.get(api.newConnection() + "/tasks?cursor=" + first.at("/meta/nextCursor"))
                .refuses("cursor");
        api.get("/api/connections/" + RunningApi.newKey() + "/tasks").is(404);
    }

    @Test
    void aTaskIsFoundUnderItsConnectionOnly() {
        Answer task = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        String other = api.newConnection() + "/tasks/" + task.at("/id");
        String run = "/runs/" + task.at("/latestRunId");
        api.get(other).is(404);
        api.get(other + "/runs").is(404);
        api.get(other + run).is(404);
        api.post(other + run + "/cancel", null).is(404);
        String another = api.post(tasks, "{\"type\": \"VALIDATE\"}").is(201).at("/id");
        api.get(tasks + "/" + another + run).is(404);
        api.get(tasks + "/" + task.at("/id") + run).is(200);
    }

    @Test
    void theHistoryOfADeletedConnectionStays() {
        Answer task = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        api.database()
                .sql("delete from connection where connection_key = :key")
                .param("key", connection.substring("/api/connections/".length()))
                .update();
        String path = tasks + "/" + task.at("/id");
        api.get(path).is(200);
        api.get(path + "/runs").is(200);
        api.get(path + "/runs/" + task.at("/latestRunId")).is(200);
        api.get(tasks).is(404);
    }

    @Test
    void aKeyThatIsUsedAgainDoesNotShowTheTasksOfItsForerunner() {
        Answer task = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        String path = tasks + "/" + task.at("/id");
        String key = connection.substring("/api/connections/".length());
        api.database()
                .sql("delete from connection where connection_key = :key")
                .param("key", key)
                .update();
        api.post("/api/connections", Requests.postgres(key)).is(201);
        assertThat(api.get(tasks).is(200).json().path("data")).isEmpty();
        api.get(path).is(404);
        api.get(path + "/runs").is(404);
        api.get(path + "/events").is(404);
        api.get(path + "/runs/" + task.at("/latestRunId")).is(404);
        api.post(path + "/runs/" + task.at("/latestRunId") + "/cancel", null).is(404);
        Answer own = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        api.get(tasks + "/" + own.at("/id")).is(200);
        api.get(tasks + "?parentTaskId=" + task.at("/id")).is(200);
    }

    @Test
    void aRunShowsWhyItWaits() throws SQLException {
        Answer task = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        String run = tasks + "/" + task.at("/id") + "/runs/" + task.at("/latestRunId");
        api.database().sql("delete from worker").update();
        Answer waiting = api.get(run).is(200);
        assertThat(waiting.at("/waiting/reason")).isEqualTo("NO_WORKER");
        assertThat(waiting.at("/waiting/since")).isEqualTo(task.at("/createdAt"));
        worker("w1", "VALIDATE");
        assertThat(api.get(run).is(200).at("/waiting/reason")).isEqualTo("NO_WORKER");
        worker("w2", "CRAWL");
        assertThat(api.get(run).is(200).at("/waiting/reason")).isEqualTo("QUEUED");
        change(task, "limited_since = now()");
        assertThat(api.get(run).is(200).at("/waiting/reason")).isEqualTo("CONNECTION_LIMIT");
        change(task, "not_before = now() + interval '1 minute'");
        Answer backoff = api.get(run).is(200);
        assertThat(backoff.at("/waiting/reason")).isEqualTo("RETRY_BACKOFF");
        assertThat(backoff.json().at("/notBefore").isString()).isTrue();
        try (PresentWorker worker = new PresentWorker(api.session(), "w2")) {
            change(
                    task,
                    "status = 'RUNNING', worker_id = '" + worker.id() + "', lease_until = now() + interval '1 minute'");
            assertThat(api.get(run).is(200).json().at("/waiting").isNull()).isTrue();
        }
        change(task, "waits_for_children = true, worker_id = null, lease_until = null");
        assertThat(api.get(run).is(200).at("/waiting/reason")).isEqualTo("CHILDREN");
    }

    @Test
    void aRunShowsSinceWhenItWaitsForThatReason() {
        Answer task = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        String run = tasks + "/" + task.at("/id") + "/runs/" + task.at("/latestRunId");
        api.database().sql("delete from worker").update();
        change(task, "created_at = now() - interval '9 hours'");
        change(task, "updated_at = created_at, commanded_at = created_at");
        assertWaiting(run, "NO_WORKER", "created_at");
        // A worker hands it back and goes.
        change(task, "updated_at = now() - interval '8 hours', commanded_at = now() - interval '8 hours'");
        assertWaiting(run, "NO_WORKER", "updated_at");
        worker("gone", "CRAWL");
        workerOf("gone", "started_at = now() - interval '9 hours', stopped_at = now() - interval '7 hours'");
        assertWaiting(run, "NO_WORKER", "(select stopped_at from worker where id = 'gone')");
        workerOf("gone", "stopped_at = null, seen_at = now() - interval '6 hours'");
        assertWaiting(run, "NO_WORKER", "(select seen_at from worker where id = 'gone')");
        // A worker comes, whose places are taken.
        worker("here", "CRAWL");
        workerOf("here", "started_at = now() - interval '5 hours'");
        assertWaiting(run, "QUEUED", "(select started_at from worker where id = 'here')");
        workerOf("gone", "seen_at = now() - interval '4 hours'");
        assertWaiting(run, "QUEUED", "updated_at");
        // It finds the connection at its limit, more than once, and then a place is free.
        change(task, "limited_since = now() - interval '3 hours', updated_at = now() - interval '2 hours'");
        assertWaiting(run, "CONNECTION_LIMIT", "limited_since");
        change(task, "limited_since = null, commanded_at = now() - interval '1 hour'");
        assertWaiting(run, "QUEUED", "commanded_at");
        // The sweeper's command is no news to the run.
        change(task, "commanded_at = now(), commands_sent = 2");
        assertWaiting(run, "QUEUED", "updated_at");
    }

    @Test
    void runsAreListedNewestFirst() {
        Answer task = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        String runs = tasks + "/" + task.at("/id") + "/runs";
        change(task, """
                status = 'FAILED', completed_at = now(),
                error = '{"code": "TIMEOUT", "message": "no answer", "retryable": true}'""");
        api.database().sql("""
                insert into task_run (id, task_id, connection_id, type, attempt, status)
                select gen_random_uuid(), task_id, connection_id, type, 2, 'PENDING' from task_run where task_id = :task::uuid
                """).param("task", task.at("/id")).update();
        Answer first = api.get(runs + "?limit=1").is(200);
        assertThat(first.at("/data/0/attempt")).isEqualTo("2");
        Answer second = api.get(runs + "?limit=1&cursor=" + first.at("/meta/nextCursor"))
                .is(200);
        assertThat(second.at("/data/0/error/code")).isEqualTo("TIMEOUT");
        assertThat(second.json().at("/meta/nextCursor").isNull()).isTrue();
        assertThat(api.get(runs + "?status=PENDING").is(200).json().path("data").size())
                .isEqualTo(1);
    }

    @Test
    void aRunIsCanceledAtOnceOrAskedToStop() throws SQLException {
        Answer pending = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        String cancel = tasks + "/" + pending.at("/id") + "/runs/" + pending.at("/latestRunId") + "/cancel";
        assertThat(api.post(cancel, null).is(200).at("/message")).isEqualTo("The run is canceled.");
        assertThat(api.get(tasks + "/" + pending.at("/id")).is(200).at("/status"))
                .isEqualTo("CANCELED");
        assertThat(api.post(cancel, null).is(200).at("/message")).contains("nothing changed");
        Answer running = api.post(tasks, "{\"type\": \"CRAWL\"}").is(201);
        cancel = tasks + "/" + running.at("/id") + "/runs/" + running.at("/latestRunId") + "/cancel";
        try (PresentWorker worker = new PresentWorker(api.session(), "w")) {
            change(
                    running,
                    "status = 'RUNNING', worker_id = '" + worker.id() + "', lease_until = now() + interval '1 minute'");
            assertThat(api.post(cancel, null).is(200).at("/message")).contains("asked to stop");
        }
    }

    private void assertWaiting(String run, String reason, String since) {
        Answer answer = api.get(run).is(200);
        assertThat(answer.at("/waiting/reason")).isEqualTo(reason);
        assertThat(answer.at("/waiting/since"))
                .isEqualTo(api.database()
                        .sql("select rfc3339((" + since + ")::timestamptz(3)) from task_run where id = :run::uuid")
                        .param("run", answer.at("/id"))
                        .query(String.class)
                        .single());
    }

    private void workerOf(String id, String assignments) {
        api.database()
                .sql("update worker set " + assignments + " where id = :id")
                .param("id", id)
                .update();
    }

    private void change(Answer task, String assignments) {
        api.database()
                .sql("update task_run set " + assignments + " where task_id = :task::uuid")
                .param("task", task.at("/id"))
                .update();
    }

    private void worker(String id, String type) {
        api.database()
                .sql("insert into worker (id, task_types) values (:id, array[:type])")
                .param("id", id)
                .param("type", type)
                .update();
    }

    private UUID dataObject(String connectionPath) {
        return api.database()
                .sql("""
                insert into data_object (id, connection_id, root_id, name, type, normalized_type, path, path_types,
                                         remote_scope, remote_id, content_hash, created_by, updated_by)
                select gen_random_uuid(), id, gen_random_uuid(), 'd', 'DATABASE', 'DATABASE', '{d}', '{DATABASE}', '',
                       'd', '', 'system', 'system'
                  from connection where connection_key = :key
                returning id
                """)
                .param("key", connectionPath.substring("/api/connections/".length()))
                .query((row, i) -> row.getObject(1, UUID.class))
                .single();
    }

    private static List<String> ids(Answer page) {
        return page.json()
                .path("data")
                .valueStream()
                .map((JsonNode task) -> task.path("id").asString())
                .toList();
    }
}
