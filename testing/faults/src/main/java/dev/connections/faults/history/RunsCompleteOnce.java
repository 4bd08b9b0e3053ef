package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Delivery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Of all executions of a run one completes, and nothing happens to the run afterwards. */
final class RunsCompleteOnce implements Rule {
    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        for (TaskPast task : past.tasks.values()) {
            Map<UUID, TaskEvent> ended = new HashMap<>();
            for (Delivery delivery : task.events.values()) {
                TaskEvent event = delivery.event();
                TaskEvent end = ended.get(event.runId());
                if (end != null) {
                    found.add(Violation.of(
                            this,
                            task.id,
                            "run " + event.runId() + " was " + end.status() + " (event " + end.sequence() + ") and "
                                    + event.status() + " later (event " + event.sequence() + ")"));
                } else if (event.status().isTerminal()) {
                    ended.put(event.runId(), event);
                }
            }
        }
        return found;
    }
}
