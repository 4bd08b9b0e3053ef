package dev.connections.api;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** More commands than the service lets wait for Kafka, also while a relay tries to send some of them. */
public final class FullOutbox {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private FullOutbox() {}

    /** Runs the test while tasks are refused, and returns when they are taken again. */
    public static void during(RunningApi api, Runnable test) {
        String probe = api.newConnection();
        api.database().sql("""
                insert into command_outbox (run_id, task_id, type, version, available_at)
                select gen_random_uuid(), gen_random_uuid(), 'VALIDATE', -1, now() from generate_series(1, 20000)
                """).update();
        try {
            await().atMost(LIMIT)
                    .until(() -> api.post(probe + "/validate", null).status() == 503);
            test.run();
        } finally {
            api.database().sql("delete from command_outbox where version = -1").update();
        }
        await().atMost(LIMIT)
                .until(() -> api.post(probe + "/tasks", "{\"type\": \"CRAWL\"}").status() == 201);
    }
}
