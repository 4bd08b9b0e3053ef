package dev.connections.api.connection;

import dev.connections.api.http.conditional.IfMatch;
import dev.connections.api.task.TaskAccepted;
import dev.connections.api.task.TaskRequests;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The operations on connections that create tasks. */
@RestController
@RequestMapping(path = "/api/connections/{connectionKey}", produces = MediaType.APPLICATION_JSON_VALUE)
class ConnectionTaskController {
    private final TaskRequests tasks;
    private final ConnectionDeletion deletion;

    ConnectionTaskController(TaskRequests tasks, ConnectionDeletion deletion) {
        this.tasks = tasks;
        this.deletion = deletion;
    }

    @DeleteMapping
    ResponseEntity<TaskAccepted> delete(
            @PathVariable String connectionKey,
            @RequestParam(defaultValue = "false") boolean force,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            Principal caller) {
        return deletion.begin(connectionKey, force, new IfMatch(ifMatch), caller.getName())
                .accepted();
    }

    @PostMapping("/validate")
    ResponseEntity<TaskAccepted> validate(@PathVariable String connectionKey, Principal caller) {
        NewTask task = new NewTask(
                connectionKey, TaskType.VALIDATE, TaskInput.DEFAULT, TaskTrigger.MANUAL, caller.getName(), null);
        return tasks.create(task).accepted();
    }
}
