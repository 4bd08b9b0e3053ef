package dev.connections.api.task;

import dev.connections.api.http.problem.ConnectionProblems;
import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.api.http.security.Scope;
import dev.connections.connection.ConnectionState;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Creates the tasks that callers ask for, each type under its own rules. */
@Component
class TaskCreation {
    private static final Set<ConnectionState> IN_USE = Set.of(ConnectionState.ACTIVE, ConnectionState.UNHEALTHY);
    private static final Set<ConnectionState> NOT_DELETING =
            Set.of(ConnectionState.ACTIVE, ConnectionState.INACTIVE, ConnectionState.UNHEALTHY);

    private final TaskRequests tasks;
    private final TaskHistory history;

    TaskCreation(TaskRequests tasks, TaskHistory history) {
        this.tasks = tasks;
        this.history = history;
    }

    /** Creates the task that a valid request describes. */
    CreatedTask create(String connectionKey, JsonNode request, Authentication caller) {
        TaskType type = TaskType.valueOf(request.path("type").stringValue());
        scope(type).requireOf(caller);
        TaskInput input = input(request.path("input"));
        if (input.objectId() != null) {
            requireDataObject(connectionKey, input.objectId());
        }
        NewTask task = new NewTask(connectionKey, type, input, TaskTrigger.MANUAL, caller.getName(), null);
        return switch (type) {
            case CRAWL ->
                tasks.create(
                        task,
                        IN_USE,
                        "Unable to crawl connection. Connection state must be ACTIVE or UNHEALTHY to be crawled.");
            case VALIDATE ->
                tasks.create(
                        task,
                        IN_USE,
                        "Unable to validate connection. Connection state must be ACTIVE or UNHEALTHY to be validated.");
            case DELETE ->
                input.objectId() == null
                        ? tasks.createDeletion(connectionKey, false, caller.getName())
                        : tasks.create(
                                task,
                                NOT_DELETING,
                                "Unable to delete data object. The connection is being deleted, and the object with it.");
        };
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
                    "must be the id of a data object of this connection; POST /api/connections/data/search finds it");
        }
    }
}
