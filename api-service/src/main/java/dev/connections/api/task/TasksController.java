package dev.connections.api.task;

import dev.connections.api.http.contract.Contract;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Tasks of several connections at once. */
@RestController
class TasksController {
    private final Contract contract;
    private final TaskCreation creation;

    TasksController(Contract contract, TaskCreation creation) {
        this.contract = contract;
        this.creation = creation;
    }

    /** A CreateTasksResult of the contract. */
    record Results(List<TaskResult> results) {}

    @PostMapping(
            path = "/api/connections/tasks",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    Results create(@RequestBody(required = false) byte @Nullable [] body, Authentication caller) {
        JsonNode request = contract.validate("CreateTasksRequest", body, TaskRules::ofRequests);
        List<JsonNode> tasks = new ArrayList<>();
        request.path("tasks").forEach(tasks::add);
        return new Results(creation.createAll(tasks, caller));
    }
}
