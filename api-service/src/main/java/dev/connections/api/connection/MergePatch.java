package dev.connections.api.connection;

import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON Merge Patch (RFC 7396), and the differences between two trees. */
final class MergePatch {
    private MergePatch() {}

    /**
     * Returns the target with the patch applied.
     *
     * @param nullable names of members for which null is a stored value and not a removal
     */
    static JsonNode apply(JsonNode target, JsonNode patch, Set<String> nullable) {
        if (!patch.isObject()) {
            return patch;
        }
        ObjectNode merged = target.isObject() ? (ObjectNode) target.deepCopy() : Json.object();
        for (Map.Entry<String, JsonNode> member : patch.properties()) {
            String name = member.getKey();
            if (member.getValue().isNull() && !nullable.contains(name)) {
                merged.remove(name);
            } else {
                merged.set(name, apply(merged.path(name), member.getValue(), nullable));
            }
        }
        return merged;
    }

    /** JSON pointers of the members that differ; a member that exists in only one tree has one pointer. */
    static List<String> differences(JsonNode before, JsonNode after, JsonPointer at) {
        if (before.equals(after)) {
            return List.of();
        }
        if (!before.isObject() || !after.isObject()) {
            return List.of(at.toString());
        }
        Set<String> names = new LinkedHashSet<>(before.propertyNames());
        names.addAll(after.propertyNames());
        List<String> differences = new ArrayList<>();
        for (String name : names) {
            differences.addAll(differences(before.path(name), after.path(name), at.appendProperty(name)));
        }
        return differences;
    }
}
