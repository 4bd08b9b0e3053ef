package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Answer;
import dev.connections.faults.history.Entry.Exchange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The task that a 409 names does the same work, and was in flight while the request was under way. */
final class ConflictsNameTasksInFlight implements Rule {
    private static final Duration ROUNDING = Duration.ofMillis(2);

    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        for (Exchange exchange : past.exchanges) {
            Answer answer = exchange.answer();
            Optional<Work> work = workOf(exchange);
            if (answer == null || answer.status() != 409 || work.isEmpty()) {
                continue;
            }
            JsonNode named = answer.body().path("taskId");
            TaskPast task = named.isString() ? past.tasks.get(UUID.fromString(named.asString())) : null;
            String wrong = task == null ? "names " + named : wrong(exchange, work.get(), task);
            if (wrong != null) {
                found.add(Violation.of(
                        this,
                        task == null ? null : task.id,
                        "the 409 to " + work.get() + " of " + exchange.sentAt() + " " + wrong + ": " + answer.body()));
            }
        }
        return found;
    }

    private static @Nullable String wrong(Exchange exchange, Work work, TaskPast task) {
        if (task.work != null && !task.work.equals(work)) {
            return "names a task that does " + task.work;
        }
        if (task.begunAtTheEarliest().minus(ROUNDING).isAfter(exchange.endedAt())) {
            return "names a task that began at " + task.begunAtTheEarliest();
        }
        if (task.endedAtTheLatest().isBefore(exchange.sentAt())) {
            return "names a task that had ended before " + task.endedAtTheLatest();
        }
        return null;
    }

    /** The work that a request asks for; empty where it asks for none. */
    static Optional<Work> workOf(Exchange exchange) {
        return Route.of(exchange.path()).flatMap(route -> {
            if (exchange.method().equals("POST") && route.tasks() && route.taskId() == null) {
                return Optional.of(Work.of(route.connectionKey(), Objects.requireNonNull(exchange.request())));
            }
            return exchange.method().equals("DELETE") && route.dataObjectId() != null
                    ? Optional.of(Work.deletionOf(route.connectionKey(), route.dataObjectId()))
                    : Optional.empty();
        });
    }
}
