package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Delivery;
import dev.connections.task.RunStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The events of a task count from 1 without gaps, come in their order, say the same each time, and fit each other. */
final class EventsAreGapless implements Rule {
    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        for (TaskPast task : past.tasks.values()) {
            int highest = 0;
            Set<Integer> published = new HashSet<>();
            for (Delivery delivery : task.deliveries) {
                TaskEvent event = delivery.event();
                Delivery first = Objects.requireNonNull(task.events.get(event.sequence()));
                if (!delivery.key().equals(task.id.toString())) {
                    found.add(Violation.of(this, task.id, "an event's key is " + delivery.key()));
                }
                if (!first.event().equals(event)) {
                    found.add(Violation.of(this, task.id, "event " + event.sequence() + " came with two contents"));
                } else if (published.add(event.sequence()) && event.sequence() != highest + 1) {
                    found.add(
                            Violation.of(this, task.id, "event " + event.sequence() + " came after event " + highest));
                }
                highest = Math.max(highest, event.sequence());
            }
            fitting(task, found);
        }
        return found;
    }

    private void fitting(TaskPast task, List<Violation> found) {
        @Nullable TaskEvent before = null;
        for (Delivery delivery : task.events.values()) {
            TaskEvent event = delivery.event();
            boolean follows = before == null
                    ? event.previousStatus() == null && event.status() == RunStatus.PENDING && event.attempt() == 1
                    : before.runId().equals(event.runId())
                            ? event.previousStatus() == before.status() && event.attempt() == before.attempt()
                            : event.previousStatus() == null && event.attempt() == before.attempt() + 1;
            if (!follows) {
                found.add(Violation.of(
                        this,
                        task.id,
                        "event " + event.sequence() + " (" + event.previousStatus() + " -> " + event.status()
                                + ", attempt " + event.attempt() + ") does not follow "
                                + (before == null ? "nothing" : before.status() + ", attempt " + before.attempt())));
            }
            before = event;
        }
    }
}
