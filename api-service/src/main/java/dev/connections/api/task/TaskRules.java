package dev.connections.api.task;

import dev.connections.api.http.problem.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** The input properties that each task type allows. */
final class TaskRules {
    private static final Map<String, Set<String>> MEMBERS = Map.of(
            "CRAWL", Set.of("objectId", "includeInactive", "acceptMassMissing"),
            "DELETE", Set.of("objectId"),
            "VALIDATE", Set.of());

    private TaskRules() {}

    /** Returns what is wrong with a request for several tasks, beyond what the schema checks. */
    static List<Violation> ofRequests(JsonNode request) {
        List<Violation> violations = new ArrayList<>();
        int number = 0;
        for (JsonNode task : request.path("tasks")) {
            String pointer = "/tasks/" + number++;
            ofRequest(task).forEach(found -> violations.add(new Violation(pointer + found.pointer(), found.detail())));
        }
        return violations;
    }

    /** Returns what is wrong with a request for a task, beyond what the schema checks. */
    static List<Violation> ofRequest(JsonNode request) {
        String type = request.path("type").asString("");
        Set<String> taken = MEMBERS.get(type);
        if (taken == null || !request.path("input").isObject()) {
            return List.of();
        }
        List<Violation> violations = new ArrayList<>();
        for (String member : request.path("input").propertyNames()) {
            // The schema refuses properties that no type allows.
            if (!taken.contains(member)
                    && MEMBERS.getOrDefault("CRAWL", Set.of()).contains(member)) {
                violations.add(new Violation("/input/" + member, "is not allowed for " + type + " tasks; remove it"));
            }
        }
        return violations;
    }
}
