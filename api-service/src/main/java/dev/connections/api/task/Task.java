package dev.connections.api.task;

import dev.connections.task.RunStatus;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The task resource of the contract. */
record Task(
        UUID id,
        String connectionKey,
        TaskType type,
        Map<String, Object> input,
        RunStatus status,
        TaskTrigger trigger,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        @Nullable UUID parentTaskId,
        UUID latestRunId) {
    /** The task right after its creation. */
    static Task of(CreatedTask created) {
        return new Task(
                created.command().taskId(),
                created.request().connectionKey(),
                created.request().type(),
                created.request().input().canonical(created.request().type()),
                RunStatus.PENDING,
                created.request().trigger(),
                created.request().createdBy(),
                created.createdAt(),
                created.createdAt(),
                created.request().parentTaskId(),
                created.command().runId());
    }
}
