package dev.connections.faults.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** No two tasks that do the same work are in flight at once. */
final class SameWorkIsInFlightOnce implements Rule {
    @Override
    public List<Violation> check(Past past) {
        Collection<List<TaskPast>> ofSameWork = past.tasks.values().stream()
                .filter(task -> task.work != null)
                .collect(Collectors.groupingBy(task -> task.work))
                .values();
        List<Violation> found = new ArrayList<>();
        for (List<TaskPast> tasks : ofSameWork) {
            for (TaskPast one : tasks) {
                tasks.stream()
                        .filter(other -> one.id.compareTo(other.id) < 0 && bothInFlight(one, other))
                        .forEach(other -> found.add(Violation.of(
                                this, one.id, "was in flight together with " + other.id + ": " + one.work)));
            }
        }
        return found;
    }

    /** Surely, that is: each was known of before the other one made its last transition. */
    private static boolean bothInFlight(TaskPast one, TaskPast other) {
        return one.begunAtTheLatest().isBefore(other.endedAtTheEarliest())
                && other.begunAtTheLatest().isBefore(one.endedAtTheEarliest());
    }
}
