package dev.connections.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import dev.connections.api.StreamCrowd;
import dev.connections.outbox.Outbox;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;

class StreamLimitsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final RunningApi api = RunningApi.get();
    private final MovedTask task =
            MovedTask.create(api.database(), api.bean(Outbox.class), api.bean(TransactionTemplate.class));

    @Test
    void aSubjectMayHaveSoManyStreamsAndOthersHaveTheirs() throws IOException {
        String token = token("crowd", Duration.ofHours(1));
        try (StreamCrowd crowd = new StreamCrowd(api)) {
            Answer refusal = crowd.refusal(task.path(), token).isProblem(429);
            assertThat(crowd.size())
                    .isEqualTo(api.bean(StreamProperties.class).perSubject())
                    .isEqualTo(100);
            assertThat(refusal.header("Retry-After")).isNotEmpty();
            assertThat(refusal.at("/type")).isEqualTo("/problems/too-many-streams");
            assertThat(crowd.open(task.path(), token("another", Duration.ofHours(1)))
                            .status())
                    .isEqualTo(200);
            crowd.leaveOne();
            crowd.leaveOne();
            // That a client has gone shows at the next heartbeat.
            await().atMost(LIMIT).until(() -> crowd.open(task.path(), token).status() == 200);
        }
    }

    @Test
    void aStreamEndsWhenItsTokenExpires() throws IOException {
        try (StreamCrowd crowd = new StreamCrowd(api)) {
            assertThat(crowd.open(task.path(), token("shortly", Duration.ofSeconds(3)))
                            .status())
                    .isEqualTo(200);
            assertThat(crowd.readOne()).contains("id: 1\n").doesNotContain("id: 2\n");
            assertThat(api.bean(OpenStreams.class).of(task.id().toString())).isEmpty();
        }
    }

    private String token(String subject, Duration validity) {
        return api.tokens().mint(subject + "-" + UUID.randomUUID(), validity, "connections:read");
    }
}
