package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Change;
import dev.connections.faults.history.Entry.Comparison;
import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.faults.history.Entry.Fault;
import dev.connections.faults.history.Entry.Session;
import dev.connections.task.RunStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A history, sorted by what it is about. */
final class Past {
    final Map<UUID, TaskPast> tasks = new HashMap<>();
    final List<Exchange> exchanges = new ArrayList<>();
    /** What each run changed in the catalog. */
    final Map<UUID, Set<Change>> changes = new HashMap<>();

    final Map<String, List<Session>> sessions = new HashMap<>();
    final List<Comparison> comparisons = new ArrayList<>();

    Past(Collection<Entry> entries) {
        entries.forEach(this::add);
        exchanges.sort(Comparator.comparing(Exchange::sentAt));
        exchanges.forEach(this::sort);
        tasks.values().forEach(task -> task.seen.sort(Comparator.comparing(Seen::from)));
    }

    private void add(Entry entry) {
        switch (entry) {
            case Exchange exchange -> exchanges.add(exchange);
            case Delivery delivery -> task(delivery.event().taskId()).add(delivery);
            case Change change ->
                changes.computeIfAbsent(change.runId(), run -> new LinkedHashSet<>())
                        .add(change);
            case Session session ->
                sessions.computeIfAbsent(session.connectionKey(), key -> new ArrayList<>())
                        .add(session);
            case Comparison comparison -> comparisons.add(comparison);
            case Fault fault -> {
                // A fault excuses nothing: no rule looks at them.
            }
        }
    }

    private TaskPast task(UUID id) {
        return tasks.computeIfAbsent(id, TaskPast::new);
    }

    private void sort(Exchange exchange) {
        Entry.Answer answer = exchange.answer();
        Route.of(exchange.path()).ifPresent(route -> {
            // An answer that is not of the contract has a rule of its own.
            if (answer == null || answer.status() >= 300 || !isOfTasks(answer.body())) {
                return;
            }
            if (exchange.method().equals("POST") && route.tasks() && route.taskId() == null) {
                created(exchange, route, answer.body());
            } else if (exchange.method().equals("DELETE") && route.dataObjectId() != null) {
                TaskPast task = task(uuid(answer.body(), "taskId"));
                task.accepted = exchange;
                task.work = Work.deletionOf(route.connectionKey(), route.dataObjectId());
            } else if (exchange.method().equals("GET") && route.tasks() && route.taskId() != null) {
                read(exchange, route, answer.body());
            }
        });
    }

    private void created(Exchange exchange, Route route, JsonNode body) {
        TaskPast task = task(uuid(body, "id"));
        task.accepted = exchange;
        task.work = Work.of(route.connectionKey(), body);
        task.seen.add(seenTask(exchange, body));
    }

    private void read(Exchange exchange, Route route, JsonNode body) {
        if (!route.runs()) {
            TaskPast task = task(uuid(body, "id"));
            task.work = Work.of(route.connectionKey(), body);
            task.seen.add(seenTask(exchange, body));
        } else if (route.runId() != null) {
            task(uuid(body, "taskId")).seen.add(seenRun(exchange, body));
        } else {
            body.path("data").forEach(run -> task(uuid(run, "taskId")).seen.add(seenRun(exchange, run)));
        }
    }

    private static Seen seenTask(Exchange exchange, JsonNode task) {
        return new Seen(exchange.sentAt(), exchange.endedAt(), uuid(task, "latestRunId"), status(task), false, null);
    }

    private static Seen seenRun(Exchange exchange, JsonNode run) {
        return new Seen(
                exchange.sentAt(),
                exchange.endedAt(),
                uuid(run, "id"),
                status(run),
                true,
                run.path("waiting").path("reason").asString(null));
    }

    private static boolean isOfTasks(JsonNode body) {
        return body.has("id") || body.has("taskId") || body.has("data");
    }

    private static RunStatus status(JsonNode node) {
        return RunStatus.valueOf(node.path("status").asString());
    }

    private static UUID uuid(JsonNode node, String member) {
        return UUID.fromString(node.path(member).asString());
    }
}
