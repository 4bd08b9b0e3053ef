package dev.connections.api.task;

import dev.connections.api.http.contract.Contract;
import dev.connections.api.http.page.Cursors;
import dev.connections.api.http.page.Page;
import dev.connections.api.http.problem.ConnectionProblems;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/connections/{connectionKey}/tasks", produces = MediaType.APPLICATION_JSON_VALUE)
class TaskController {
    private final Contract contract;
    private final Cursors cursors;
    private final TaskHistory history;
    private final TaskCreation creation;

    TaskController(Contract contract, Cursors cursors, TaskHistory history, TaskCreation creation) {
        this.contract = contract;
        this.cursors = cursors;
        this.history = history;
        this.creation = creation;
    }

    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Task> create(
            @PathVariable String connectionKey,
            @RequestBody(required = false) byte @Nullable [] body,
            Authentication caller) {
        CreatedTask created = creation.create(
                connectionKey, contract.validate("CreateTaskRequest", body, TaskRules::ofRequest), caller);
        return ResponseEntity.created(created.location()).body(Task.of(created));
    }

    @GetMapping
    Page<Task> list(
            @PathVariable String connectionKey,
            @RequestParam(defaultValue = "20") int limit,
            @RequestParam @Nullable String cursor,
            TaskHistory.Filter filter) {
        UUID connection = history.findConnection(connectionKey)
                .orElseThrow(() -> ConnectionProblems.noSuchConnection(connectionKey));
        String list = "tasks of " + connection + "?" + filter;
        UUID before = cursor == null
                ? null
                : UUID.fromString(cursors.decode(list, cursor).getFirst());
        return Page.of(
                history.list(connection, filter, before, limit + 1),
                limit,
                last -> cursors.encode(list, List.of(last.id().toString())));
    }

    @GetMapping("/{taskId}")
    Task get(@PathVariable String connectionKey, @PathVariable UUID taskId) {
        return history.find(connectionKey, taskId).orElseThrow(() -> TaskProblems.noSuchTask(connectionKey, taskId));
    }
}
