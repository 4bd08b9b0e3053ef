package dev.connections.task;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a task works on.
 *
 * @param objectId CRAWL starts at this data object, DELETE removes it and everything below it; null for the whole
 *     connection
 * @param includeInactive CRAWL also looks inside INACTIVE objects
 * @param acceptMassMissing CRAWL succeeds even if it marks most of the catalog MISSING
 */
public record TaskInput(@Nullable UUID objectId, boolean includeInactive, boolean acceptMassMissing) {
    /** The input with every member at its default. */
    public static final TaskInput DEFAULT = new TaskInput(null, false, false);

    /** The whole connection, or only the subtree of one data object. */
    public static TaskInput of(@Nullable UUID objectId) {
        return new TaskInput(objectId, false, false);
    }

    /** The properties that the type allows, with defaults filled in: equal maps are the same input. */
    public Map<String, Object> canonical(TaskType type) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (objectId != null && type != TaskType.VALIDATE) {
            members.put("objectId", objectId);
        }
        if (type == TaskType.CRAWL) {
            members.put("includeInactive", includeInactive);
            members.put("acceptMassMissing", acceptMassMissing);
        }
        return members;
    }
}
