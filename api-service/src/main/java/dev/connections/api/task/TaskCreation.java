package dev.connections.api.task;

import dev.connections.api.http.problem.ConnectionProblems;
import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.api.http.security.Scope;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Creates requested tasks, each type under its own rules. */
@Component
class TaskCreation {
    private final TaskRequests tasks;
    private final TaskHistory history;

    TaskCreation(TaskRequests tasks, TaskHistory history) {
        this.tasks = tasks;
        this.history = history;
    }

    /** Creates the task that a valid request describes. */
    CreatedTask create(String connectionKey, JsonNode request, Authentication caller) {
        requireScope(request, caller);
        NewTask task = task(connectionKey, request, caller);
        return deletesConnection(task)
                ? tasks.createDeletion(connectionKey, false, caller.getName())
                : tasks.create(task);
    }

    /**
     * Creates the tasks that valid requests describe, each with its connection's key; most of them together.
     *
     * @return what came of each, in their order
     */
    List<TaskResult> createAll(List<JsonNode> requests, Authentication caller) {
        requests.forEach(request -> requireScope(request, caller));
        tasks.refuseWhenFull();
        long until = System.nanoTime() + TaskRequests.ALONE_LIMIT.toNanos();
        List<TaskResult> results = new ArrayList<>();
        List<NewTask> together = new ArrayList<>();
        for (JsonNode request : requests) {
            String key = request.path("connectionKey").stringValue();
            TaskResult result = TaskResult.of(key, () -> {
                TaskRequests.requireTimeUntil(until);
                NewTask task = task(key, request, caller);
                if (deletesConnection(task)) {
                    return tasks.createDeletion(key, false, caller.getName());
                }
                together.add(task);
                return null;
            });
            results.add(result);
        }
        Iterator<TaskResult> created = tasks.createAll(together).iterator();
        results.replaceAll(result -> result.isOpen() ? created.next() : result);
        return results;
    }

    private static void requireScope(JsonNode request, Authentication caller) {
        scope(TaskType.valueOf(request.path("type").stringValue())).requireOf(caller);
    }

    private NewTask task(String connectionKey, JsonNode request, Authentication caller) {
        TaskInput input = input(request.path("input"));
        if (input.objectId() != null) {
            requireDataObject(connectionKey, input.objectId());
        }
        TaskType type = TaskType.valueOf(request.path("type").stringValue());
        return new NewTask(connectionKey, type, input, TaskTrigger.MANUAL, caller.getName(), null);
    }

    private static boolean deletesConnection(NewTask task) {
        return task.type() == TaskType.DELETE && task.input().objectId() == null;
    }

    private static Scope scope(TaskType type) {
        return switch (type) {
            case CRAWL, VALIDATE -> Scope.OPERATE;
            case DELETE -> Scope.MANAGE;
        };
    }

    private static TaskInput input(JsonNode input) {
        @Nullable String objectId = input.path("objectId").asString(null);
        return new TaskInput(
                objectId == null ? null : UUID.fromString(objectId),
                input.path("includeInactive").asBoolean(false),
                input.path("acceptMassMissing").asBoolean(false));
    }

    private void requireDataObject(String connectionKey, UUID objectId) {
        if (!history.isDataObject(connectionKey, objectId)) {
            if (history.findConnection(connectionKey).isEmpty()) {
                throw ConnectionProblems.noSuchConnection(connectionKey);
            }
            throw InvalidRequestException.of(
                    "/input/objectId",
                    "must be the id of a data object of this connection; find it with POST /api/connections/data/search");
        }
    }
}
