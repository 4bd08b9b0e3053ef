package dev.connections.api.catalog;

import dev.connections.api.task.CreatedTask;
import dev.connections.api.task.TaskRequests;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Requests the deletion of a data object and everything below it. */
@Component
class DataObjectDeletion {
    private final TaskRequests tasks;

    DataObjectDeletion(TaskRequests tasks) {
        this.tasks = tasks;
    }

    CreatedTask create(String connectionKey, UUID objectId, String actor) {
        return tasks.create(
                new NewTask(connectionKey, TaskType.DELETE, TaskInput.of(objectId), TaskTrigger.MANUAL, actor, null));
    }
}
