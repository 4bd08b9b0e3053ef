package dev.connections.task;

import dev.connections.connection.ConnectionState;
import java.util.Set;
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
        @Nullable UUID parentTaskId) {
    /**
     * The states of the connection in which the task may begin. A crawl that is in flight runs on where its connection is
     * deactivated, and so do its parts. The deletion of a whole connection has its own, see {@link TaskStore}.
     */
    public Set<ConnectionState> allowedStates() {
        return switch (type) {
            case CRAWL, VALIDATE -> parentTaskId == null ? ConnectionState.IN_USE : ConnectionState.KEPT;
            case DELETE -> ConnectionState.KEPT;
        };
    }
}
