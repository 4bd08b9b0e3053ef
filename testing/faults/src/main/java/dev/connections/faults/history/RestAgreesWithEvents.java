package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Delivery;
import dev.connections.task.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What REST reports of a run is what its events report, at some time while the request was under way. */
final class RestAgreesWithEvents implements Rule {
    /** Event times are rounded to milliseconds. */
    private static final Duration ROUNDING = Duration.ofMillis(2);

    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        for (TaskPast task : past.tasks.values()) {
            for (Seen seen : task.seen) {
                if (!agrees(task, seen)) {
                    found.add(Violation.of(
                            this,
                            task.id,
                            "REST reported " + seen.status() + " of run " + seen.runId() + " between " + seen.from()
                                    + " and " + seen.until() + ", which its events do not"));
                }
                if (seen.ofRun() && seen.status() == RunStatus.PENDING && seen.waiting() == null) {
                    found.add(Violation.of(
                            this,
                            task.id,
                            "REST reported PENDING of run " + seen.runId() + " without what it waits for"));
                }
            }
        }
        return found;
    }

    private static boolean agrees(TaskPast task, Seen seen) {
        @Nullable Instant since = null;
        for (Delivery delivery : task.events.values()) {
            if (!delivery.event().runId().equals(seen.runId())) {
                continue;
            }
            // What was so before may have been visible until this event arrived.
            if (since != null
                    && !since.isAfter(seen.until())
                    && !delivery.receivedAt().isBefore(seen.from())) {
                return true;
            }
            since = delivery.event().status() == seen.status()
                    ? delivery.event().occurredAt().minus(ROUNDING)
                    : null;
        }
        return since != null && !since.isAfter(seen.until());
    }
}
