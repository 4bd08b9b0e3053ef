package dev.connections.faults.history;

import dev.connections.json.Json;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a request asks for: two of the same are never in flight together. */
record Work(String connectionKey, TaskType type, TaskInput input) {
    static Work of(String connectionKey, JsonNode request) {
        JsonNode input = request.path("input");
        return new Work(
                connectionKey,
                TaskType.valueOf(request.path("type").asString()),
                input.isObject() ? Json.convert(input, TaskInput.class) : TaskInput.DEFAULT);
    }

    static Work deletionOf(String connectionKey, @Nullable UUID dataObject) {
        return new Work(connectionKey, TaskType.DELETE, TaskInput.of(dataObject));
    }
}
