package dev.connections.api;

import static org.awaitility.Awaitility.await;

import java.time.Duration;

/** More commands than the service lets wait for Kafka. */
public final class FullOutbox {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private FullOutbox() {}

    /** Runs the test while tasks are refused, and returns when they are taken again. */
    public static void during(RunningApi api, Runnable test) {
        String probe = api.newConnection();
        api.database().sql("""
                insert into command_outbox (run_id, task_id, type, available_at)
                select gen_random_uuid(), gen_random_uuid(), 'FILL', now() + interval '1 hour' from generate_series(1, 10001)
                """).update();
        try {
            await().atMost(LIMIT)
                    .until(() -> api.post(probe + "/validate", null).status() == 503);
            test.run();
        } finally {
            api.database().sql("delete from command_outbox where type = 'FILL'").update();
        }
        await().atMost(LIMIT)
                .until(() -> api.post(probe + "/tasks", "{\"type\": \"CRAWL\"}").status() == 201);
    }
}
