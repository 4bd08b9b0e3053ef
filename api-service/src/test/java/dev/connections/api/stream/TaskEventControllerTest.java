package dev.connections.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.json.Ids;
import dev.connections.outbox.Outbox;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class TaskEventControllerTest {
    private final RunningApi api = RunningApi.get();

    @Test
    void withoutKafkaAnEndedTaskIsReplayed() {
        MovedTask task = newTask();
        task.succeed();
        Answer answer = api.get(task.path()).is(200);
        assertThat(answer.body().lines().filter(line -> line.startsWith("id: ")))
                .containsExactly("id: 1", "id: 2", "id: 3");
    }

    @Test
    void aTaskOfAnotherConnectionIsNotFound() {
        MovedTask task = newTask();
        String elsewhere = task.path().replaceFirst("c-[^/]+", RunningApi.newKey());
        api.get(elsewhere).isProblem(404);
        api.get(task.path().replace(task.id().toString(), Ids.next().toString()))
                .isProblem(404);
        api.send(api.request("GET", elsewhere, null).header("Accept", "text/event-stream"))
                .isProblem(404);
    }

    @Test
    void aTokenMustAllowReading() {
        String path = newTask().path();
        api.send(api.anonymous("GET", path, null)).isProblem(401);
        String operator = api.tokens().mint("bob", "connections:operate");
        api.send(api.request(operator, "GET", path, null)).isProblem(403);
    }

    @Test
    void aLastEventIdMustBeASequence() {
        MovedTask task = newTask();
        task.succeed();
        for (String garbage : new String[] {"x", "-1", "1.5", "1 2", "9999999999999999999"}) {
            api.send(api.request("GET", task.path(), null).header("Last-Event-ID", garbage))
                    .refuses("Last-Event-ID");
        }
        Answer answer = api.send(api.request("GET", task.path(), null).header("Last-Event-ID", ""));
        assertThat(answer.is(200).body()).contains("id: 1\n");
        api.get(task.path().replaceFirst("tasks/[^/]+", "tasks/garbage")).isProblem(400);
    }

    @Test
    void onlyAClientThatTakesEventStreamsGetsOne() {
        MovedTask task = newTask();
        api.send(api.request("GET", task.path(), null).header("Accept", "application/json"))
                .isProblem(406);
        task.succeed();
        for (String accept :
                new String[] {"*/*", "text/event-stream", "text/*", "application/json, text/event-stream"}) {
            api.send(api.request("GET", task.path(), null).header("Accept", accept))
                    .is(200);
        }
    }

    @Test
    void aHeadRequestOpensNoStream() {
        Answer answer = api.send(api.request("HEAD", newTask().path(), null));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("text/event-stream");
    }

    private MovedTask newTask() {
        return MovedTask.create(api.database(), api.bean(Outbox.class), api.bean(TransactionTemplate.class));
    }
}
