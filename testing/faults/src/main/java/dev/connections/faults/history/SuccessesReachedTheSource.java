package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.Entry.Session;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A crawl or validation that succeeded had a session at the source meanwhile, and none is left when all is over. */
final class SuccessesReachedTheSource implements Rule {
    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        past.sessions.values().stream()
                .flatMap(List::stream)
                .filter(session -> session.until() == null)
                .forEach(session -> found.add(
                        Violation.of(this, null, "a session of " + session.connectionKey() + " is left: " + session)));
        if (past.sessions.isEmpty()) {
            return found;
        }
        for (TaskPast task : past.tasks.values()) {
            Instant started = Instant.MAX;
            for (Delivery delivery : task.events.values()) {
                TaskEvent event = delivery.event();
                if (event.status() == RunStatus.RUNNING) {
                    started = event.occurredAt();
                } else if (event.status() == RunStatus.SUCCEEDED
                        && event.type() != TaskType.DELETE
                        && !reached(past, event, started)) {
                    found.add(Violation.of(
                            this, task.id, "succeeded at " + event.occurredAt() + " without a session at the source"));
                }
            }
        }
        return found;
    }

    private static boolean reached(Past past, TaskEvent success, Instant started) {
        List<Session> sessions = past.sessions.getOrDefault(success.connectionKey(), List.of());
        return sessions.stream()
                .anyMatch(session -> session.from().isBefore(success.occurredAt())
                        && (session.until() == null || session.until().isAfter(started)));
    }
}
