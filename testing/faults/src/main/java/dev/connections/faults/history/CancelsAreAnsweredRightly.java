package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Answer;
import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.task.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a cancellation was answered is what came of it. */
final class CancelsAreAnsweredRightly implements Rule {
    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        for (Exchange exchange : past.exchanges) {
            Answer answer = exchange.answer();
            Optional<Route> route = Route.of(exchange.path()).filter(Route::cancel);
            if (answer == null || answer.status() != 200 || route.isEmpty()) {
                continue;
            }
            UUID taskId = route.get().taskId();
            TaskPast task = taskId == null ? null : past.tasks.get(taskId);
            String message = answer.body().path("message").asString();
            String wrong = task == null || route.get().runId() == null
                    ? "and the task is unknown"
                    : wrong(exchange, message, task, route.get().runId());
            if (wrong != null) {
                found.add(Violation.of(
                        this, taskId, "cancel was answered '" + message + "' at " + exchange.endedAt() + ", " + wrong));
            }
        }
        return found;
    }

    private static @Nullable String wrong(Exchange exchange, String message, TaskPast task, UUID run) {
        Optional<TaskEvent> end = task.events.values().stream()
                .map(Delivery::event)
                .filter(event -> event.runId().equals(run) && event.status().isTerminal())
                .findFirst();
        if (message.startsWith("The run is canceled")) {
            return end.filter(event -> event.status() == RunStatus.CANCELED).isPresent()
                    ? null
                    : "and the run ended " + end.map(TaskEvent::status);
        }
        if (message.startsWith("The run had ended already")) {
            return end.filter(event -> !event.occurredAt().isAfter(exchange.endedAt()))
                            .isPresent()
                    ? null
                    : "and the run ended " + end;
        }
        // The request to stop came before the end, or the answer would be another.
        boolean triedAgain = end.isPresent()
                && task.events.values().stream()
                        .anyMatch(delivery ->
                                delivery.event().attempt() > end.get().attempt());
        return triedAgain ? "and the task was tried again" : null;
    }
}
