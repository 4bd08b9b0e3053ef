package dev.connections.task;

import dev.connections.connection.ConnectionState;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A task to create.
 *
 * @param createdBy the token's subject, or 'system'
 * @param parentTaskId the task that this one is a part of; null for an independent task
 */
public record NewTask(
        String connectionKey,
        TaskType type,
        TaskInput input,
        TaskTrigger trigger,
        String createdBy,
        @Nullable UUID parentTaskId) {
    /**
     * The states of the connection in which the task may begin. A crawl in flight continues when its connection is
     * deactivated, and so do its child crawls. The deletion of a whole connection has different states, see {@link
     * TaskStore}.
     */
    public Set<ConnectionState> allowedStates() {
        return switch (type) {
            case CRAWL, VALIDATE -> parentTaskId == null ? ConnectionState.IN_USE : ConnectionState.KEPT;
            case DELETE -> ConnectionState.KEPT;
        };
    }
}
