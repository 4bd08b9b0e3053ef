package dev.connections.api.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import dev.connections.api.Answer;
import dev.connections.api.FullOutbox;
import dev.connections.api.RunningApi;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class UnavailableTest {
    private final RunningApi api = RunningApi.get();

    @Test
    void withoutItsDatabaseTheServiceSaysWhenToTryAgain() {
        String path = api.newConnection();
        api.postgres().stop();
        try {
            Answer answer = api.post(path + "/tasks", "{\"type\": \"CRAWL\"}").is(503);
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
            assertThat(answer.body()).doesNotContain("jdbc", "SQL", "Hikari", "127.0.0.1");
            api.post(path + "/validate", null).is(503);
            api.delete(path).is(503);
            api.get(path).isProblem(503);
            assertThat(api.send(api.anonymous("GET", "/actuator/health/liveness", null))
                            .status())
                    .isEqualTo(200);
            assertThat(api.send(api.anonymous("GET", "/actuator/health/readiness", null))
                            .status())
                    .isEqualTo(503);
        } finally {
            api.postgres().start();
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> api.get(path).status() == 200);
        assertThat(api.get(path + "/tasks").is(200).json().path("data").isEmpty())
                .isTrue();
        api.post(path + "/tasks", "{\"type\": \"CRAWL\"}").is(201);
    }

    /** They are due later, and Kafka is well as far as they show. */
    @Test
    void retriesThatWaitForTheirTimeKeepNobodyFromCreating() {
        try {
            api.database().sql("""
                    insert into command_outbox (run_id, task_id, type, version, available_at)
                    select gen_random_uuid(), gen_random_uuid(), 'CRAWL', -1, now() + interval '10 minutes'
                      from generate_series(1, 3)
                    """).update();
            long due = api.database()
                    .sql("select count(*) from command_outbox where version >= 0")
                    .query(Long.class)
                    .single();
            Backlog backlog = new Backlog(api.database(), new TaskProperties(Math.toIntExact(due) + 2));

            assertThatCode(backlog::refuseWhenFull).doesNotThrowAnyException();
        } finally {
            api.database().sql("delete from command_outbox where version = -1").update();
        }
    }

    @Test
    void withTooManyUnpublishedCommandsNothingIsCreated() {
        String path = api.newConnection();
        FullOutbox.during(api, () -> {
            Answer answer = api.post(path + "/tasks", "{\"type\": \"CRAWL\"}").is(503);
            assertThat(Integer.parseInt(answer.header("Retry-After"))).isPositive();
            api.post(path + "/validate", null).is(503);
            api.delete(path).is(503);
        });
        assertThat(api.get(path + "/tasks").is(200).json().path("data").isEmpty())
                .isTrue();
        api.post(path + "/tasks", "{\"type\": \"CRAWL\"}").is(201);
    }
}
