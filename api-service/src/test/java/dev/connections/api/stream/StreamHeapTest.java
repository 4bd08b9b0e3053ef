package dev.connections.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.api.Answer;
import dev.connections.api.ApiProcess;
import dev.connections.api.RunningApi;
import dev.connections.api.StreamCrowd;
import dev.connections.outbox.Outbox;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class StreamHeapTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningApi api = RunningApi.get();

    @Test
    void aSmallHeapHoldsTheStreamsThatItAdmits() throws Exception {
        MovedTask task = MovedTask.create(api.database(), api.bean(Outbox.class), api.bean(TransactionTemplate.class));
        String token = api.tokens().mint("crowd", "connections:read");
        try (ApiProcess small = ApiProcess.start(api, "256m", "--connections.stream.per-subject=100000");
                StreamCrowd crowd = new StreamCrowd(api, small.port())) {
            Answer refusal = crowd.refusal(task.path(), token).isProblem(503);
            assertThat(refusal.at("/detail")).contains("too many streams");
            assertThat(crowd.size()).isBetween(600, 768);
            assertThat(small.liveness()).startsWith("HTTP/1.1 200");
            task.succeed();
            await().atMost(LIMIT).until(() -> crowd.open(task.path(), token).status() == 200);
            assertThat(small.log()).doesNotContain("OutOfMemoryError", " ERROR ");
        }
    }
}
