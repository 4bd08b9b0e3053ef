package dev.connections.api.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.MessageAssertions;
import dev.connections.api.RunningApi;
import dev.connections.json.Json;
import dev.connections.outbox.Outbox;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.node.ObjectNode;

class TaskStatusMessageTest {
    private final RunningApi api = RunningApi.get();

    @Test
    void eventsAreWrittenAsPromised() {
        MovedTask task = MovedTask.create(api.database(), api.bean(Outbox.class), api.bean(TransactionTemplate.class));
        task.runAndRetry();
        task.succeed();
        List<String> events = task.payloads();
        assertThat(withFixedIds(events.get(0))).isEqualTo(MessageAssertions.golden("task-status-pending.json"));
        assertThat(withFixedIds(events.get(1))).isEqualTo(MessageAssertions.golden("task-status-running.json"));
        assertThat(withFixedIds(events.get(2))).isEqualTo(MessageAssertions.golden("task-status-failed.json"));
        assertThat(withFixedIds(events.get(5))).isEqualTo(MessageAssertions.golden("task-status-succeeded.json"));
        events.forEach(event -> MessageAssertions.assertThatItIs("TaskStatus", Json.tree(event)));
    }

    private static String withFixedIds(String payload) {
        ObjectNode event = (ObjectNode) Json.tree(payload);
        assertThat(event.path("occurredAt").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        event.put("taskId", "0199aa00-0000-7000-8000-000000000001");
        event.put("runId", "0199aa00-0000-7000-8000-000000000002");
        event.put("connectionKey", "warehouse");
        event.put("occurredAt", "2026-01-02T03:04:05.678Z");
        return Json.write(event);
    }
}
