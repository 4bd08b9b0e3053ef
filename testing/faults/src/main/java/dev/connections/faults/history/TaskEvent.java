package dev.connections.faults.history;

import dev.connections.task.RunStatus;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The value of a record on connections.task-status. */
public record TaskEvent(
        UUID taskId,
        UUID runId,
        @Nullable UUID parentTaskId,
        String connectionKey,
        TaskType type,
        TaskTrigger trigger,
        RunStatus status,
        @Nullable RunStatus previousStatus,
        int attempt,
        int sequence,
        Instant occurredAt,
        @Nullable JsonNode result,
        @Nullable JsonNode error) {}
