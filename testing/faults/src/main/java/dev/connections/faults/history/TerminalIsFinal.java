package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Delivery;
import dev.connections.task.RunStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A terminal state stays, in the events and in what REST reports; after FAILED a task may be tried again, as a new run. */
final class TerminalIsFinal implements Rule {
    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        for (TaskPast task : past.tasks.values()) {
            inEvents(task, found);
            inAnswers(task, found);
        }
        return found;
    }

    private void inEvents(TaskPast task, List<Violation> found) {
        @Nullable TaskEvent before = null;
        for (Delivery delivery : task.events.values()) {
            TaskEvent event = delivery.event();
            boolean retried = before != null
                    && before.status() == RunStatus.FAILED
                    && event.status() == RunStatus.PENDING
                    && event.attempt() == before.attempt() + 1;
            if (before != null && before.status().isTerminal() && !retried) {
                found.add(Violation.of(
                        this,
                        task.id,
                        "after " + before.status() + " (event " + before.sequence() + ") came " + event.status()));
            }
            before = event;
        }
    }

    /** Only of two answers that did not overlap it is known which one was the earlier. */
    private void inAnswers(TaskPast task, List<Violation> found) {
        Map<UUID, Seen> ended = new HashMap<>();
        for (Seen seen : task.seen) {
            Seen end = ended.get(seen.runId());
            if (end != null && end.status() != seen.status() && end.until().isBefore(seen.from())) {
                found.add(Violation.of(
                        this,
                        task.id,
                        "REST reported " + end.status() + " of run " + seen.runId() + " until " + end.until() + " and "
                                + seen.status() + " at " + seen.from()));
            }
            if (seen.status().isTerminal() && (end == null || seen.until().isBefore(end.until()))) {
                ended.put(seen.runId(), seen);
            }
        }
    }
}
