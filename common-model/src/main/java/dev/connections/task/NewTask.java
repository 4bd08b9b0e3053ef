package dev.connections.task;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task that somebody asks for.
 *
 * @param createdBy the token's subject, or 'system'
 * @param parentTaskId the task that this one is a part of; null for a task of its own
 */
public record NewTask(
        String connectionKey,
        TaskType type,
        TaskInput input,
        TaskTrigger trigger,
        String createdBy,
        @Nullable UUID parentTaskId) {}
