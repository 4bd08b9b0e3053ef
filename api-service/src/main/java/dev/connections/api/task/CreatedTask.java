package dev.connections.api.task;

import dev.connections.task.NewTask;
import dev.connections.task.TaskCommand;
import java.net.URI;
import java.time.Instant;
import org.springframework.http.ResponseEntity;

/** A task that was just created. */
public record CreatedTask(NewTask request, TaskCommand command, Instant createdAt) {
    /** The path of the task. */
    URI location() {
        return URI.create("/api/connections/" + request.connectionKey() + "/tasks/" + command.taskId());
    }

    /** The 202 answer of an operation that created this task. */
    public ResponseEntity<TaskAccepted> accepted() {
        return ResponseEntity.accepted().location(location()).body(new TaskAccepted(command.taskId()));
    }
}
