package dev.connections.faults.history;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was accepted ends, or REST reports why it waits although every fault is over. */
final class AcceptedTasksEnd implements Rule {
    /** The others - QUEUED, CONNECTION_LIMIT - explain nothing where workers are there and do nothing. */
    private static final Set<String> EXPLANATIONS = Set.of("NO_WORKER", "RETRY_BACKOFF", "CHILDREN");

    @Override
    public List<Violation> check(Past past) {
        return past.tasks.values().stream()
                .filter(task -> task.accepted != null)
                .map(this::check)
                .filter(Objects::nonNull)
                .toList();
    }

    private @Nullable Violation check(TaskPast task) {
        if (task.hasEnded()) {
            return null;
        }
        Optional<Seen> latest = task.seen.stream().filter(Seen::ofRun).reduce((before, after) -> after);
        String waiting = latest.map(Seen::waiting).orElse(null);
        if (waiting != null && EXPLANATIONS.contains(waiting)) {
            return null;
        }
        String last = task.lastEvent()
                .map(event -> "its last event is " + event.status())
                .orElse("it has no event");
        return Violation.of(this, task.id, "accepted, and not ended: " + last + ", waiting: " + waiting);
    }
}
