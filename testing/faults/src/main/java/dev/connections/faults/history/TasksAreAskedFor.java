package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Answer;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.task.TaskTrigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A task whose id no answer gave comes from a request that had no answer, or one that says that nobody knows: the database
 * went while it committed. One that was refused creates nothing.
 */
final class TasksAreAskedFor implements Rule {
    private static final Duration ROUNDING = Duration.ofMillis(2);

    @Override
    public List<Violation> check(Past past) {
        List<Exchange> unanswered = new ArrayList<>(
                past.exchanges.stream().filter(TasksAreAskedFor::isOpen).toList());
        List<TaskPast> unclaimed = past.tasks.values().stream()
                .filter(task -> task.accepted == null)
                .filter(task -> task.firstEvent()
                        .filter(event -> event.trigger() == TaskTrigger.MANUAL)
                        .isPresent())
                .sorted(Comparator.comparing(TaskPast::begunAtTheEarliest))
                .toList();
        List<Violation> found = new ArrayList<>();
        for (TaskPast task : unclaimed) {
            TaskEvent first = task.firstEvent().orElseThrow();
            Optional<Exchange> cause = unanswered.stream()
                    .filter(exchange -> mayHaveCreated(exchange, first))
                    .findFirst();
            cause.ifPresentOrElse(
                    unanswered::remove,
                    () -> found.add(Violation.of(
                            this,
                            task.id,
                            "created at " + first.occurredAt() + ", and no request got it or went unanswered; refused: "
                                    + refused(past, first))));
        }
        return found;
    }

    private static boolean isOpen(Exchange exchange) {
        Answer answer = exchange.answer();
        return answer == null
                || (answer.status() == 503
                        && answer.body().path("detail").asString("").contains("may or may not be applied"));
    }

    private static boolean mayHaveCreated(Exchange exchange, TaskEvent first) {
        Instant created = first.occurredAt().plus(ROUNDING);
        return !exchange.sentAt().isAfter(created)
                && ConflictsNameTasksInFlight.workOf(exchange)
                        .filter(work -> work.type() == first.type())
                        .filter(work -> work.connectionKey().equals(first.connectionKey()))
                        .isPresent();
    }

    private static List<String> refused(Past past, TaskEvent first) {
        return past.exchanges.stream()
                .filter(exchange -> exchange.status() >= 500 && mayHaveCreated(exchange, first))
                .filter(exchange -> !exchange.endedAt().isBefore(first.occurredAt()))
                .map(exchange -> exchange.status() + " from " + exchange.sentAt() + " to " + exchange.endedAt())
                .toList();
    }
}
