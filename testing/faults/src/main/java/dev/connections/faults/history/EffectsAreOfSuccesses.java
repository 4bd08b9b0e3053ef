package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Change;
import dev.connections.faults.history.Entry.Delivery;
import dev.connections.task.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Only a run that succeeded changed the catalog, and it changed what its result reports: both are one commit.
 *
 * <p>The parent of other tasks is left out: it changes the catalog when it begins to wait for them, and its result adds
 * up theirs.
 */
final class EffectsAreOfSuccesses implements Rule {
    private static final Map<String, String> COUNTS = Map.of(
            "CREATED", "/objects/created",
            "UPDATED", "/objects/updated",
            "MISSING", "/objects/missing",
            "REMOVED", "/objectsDeleted");

    @Override
    public List<Violation> check(Past past) {
        Map<UUID, TaskEvent> successes = new HashMap<>();
        past.tasks.values().stream()
                .flatMap(task -> task.events.values().stream())
                .map(Delivery::event)
                .filter(event -> event.status() == RunStatus.SUCCEEDED)
                .forEach(event -> successes.put(event.runId(), event));
        Set<UUID> parents = past.tasks.values().stream()
                .flatMap(task -> task.firstEvent().stream())
                .filter(event -> event.parentTaskId() != null)
                .map(TaskEvent::parentTaskId)
                .collect(Collectors.toSet());
        Set<UUID> waiting = past.tasks.values().stream()
                .filter(task -> parents.contains(task.id))
                .flatMap(task -> task.events.values().stream())
                .map(delivery -> delivery.event().runId())
                .collect(Collectors.toSet());
        List<Violation> found = new ArrayList<>();
        past.changes.keySet().stream()
                .filter(run -> !successes.containsKey(run) && !waiting.contains(run))
                .forEach(run ->
                        found.add(Violation.of(this, null, "run " + run + " changed the catalog and did not succeed")));
        successes.values().stream()
                .filter(event -> !parents.contains(event.taskId()))
                .forEach(event -> compare(event, past.changes.getOrDefault(event.runId(), Set.of()), found));
        return found;
    }

    private void compare(TaskEvent success, Set<Change> changes, List<Violation> found) {
        JsonNode result = success.result();
        if (result == null) {
            return;
        }
        COUNTS.forEach((change, member) -> {
            JsonNode reported = result.at(member);
            long made =
                    changes.stream().filter(one -> one.change().equals(change)).count();
            if (!reported.isMissingNode() && reported.asLong() != made) {
                found.add(Violation.of(
                        this,
                        success.taskId(),
                        "the result of run " + success.runId() + " reports " + reported + " " + change + " and " + made
                                + " were published"));
            }
        });
    }
}
