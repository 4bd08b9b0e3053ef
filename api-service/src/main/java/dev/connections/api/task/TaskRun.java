package dev.connections.api.task;

import dev.connections.task.RunStatus;
import dev.connections.task.TaskError;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The task run resource of the contract. */
record TaskRun(
        UUID id,
        UUID taskId,
        int attempt,
        RunStatus status,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable String canceledBy,
        @Nullable Instant notBefore,
        @Nullable String workerId,
        @Nullable Waiting waiting,
        @Nullable JsonNode progress,
        @Nullable JsonNode result,
        @Nullable TaskError error) {
    /** Why the run does not progress. */
    record Waiting(String reason, Instant since) {}
}
