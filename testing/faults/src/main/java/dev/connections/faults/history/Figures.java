package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.faults.history.Entry.Fault;
import dev.connections.task.RunStatus;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Counts what is in a history, for people. */
public final class Figures {
    private final Collection<Entry> history;
    private final Past past;

    public Figures(Collection<Entry> history) {
        this.history = history;
        this.past = new Past(history);
    }

    /** The figures as the rows of a table in Markdown. */
    public String table(int violations) {
        StringBuilder table = new StringBuilder("| | |\n|---|---|\n");
        Map<String, Long> faults = count(of(Fault.class), fault -> fault.kind() + " " + kindOf(fault.target()));
        row(table, "faults injected", sum(faults) + ": " + listed(faults));
        row(table, "tasks", past.tasks.size() + ": " + listed(count(past.tasks.values().stream(), Figures::outcome)));
        Map<String, Long> answers =
                count(past.exchanges.stream(), one -> one.status() == 0 ? "no answer" : "" + one.status());
        row(table, "requests", past.exchanges.size() + ": " + listed(answers));
        long deliveries = of(Delivery.class).count();
        long events = past.tasks.values().stream()
                .mapToLong(task -> task.events.size())
                .sum();
        row(table, "status events", events + ", " + (deliveries - events) + " of them came again");
        row(table, "executions", starts() + " of " + runs() + " runs");
        row(
                table,
                "sessions at the source",
                Long.toString(of(Entry.Session.class).count()));
        row(table, "takeover after a kill", takeover());
        row(table, "violations", Integer.toString(violations));
        return table.toString();
    }

    /** All that was seen of a task, in the order of time. */
    public List<String> storyOf(UUID task) {
        TreeMap<String, String> story = new TreeMap<>();
        for (Entry entry : history) {
            if (entry instanceof Delivery delivery && delivery.event().taskId().equals(task)) {
                story.put(delivery.receivedAt() + " event", delivery.event().toString());
            } else if (entry instanceof Exchange exchange
                    && (exchange.path().contains(task.toString())
                            || String.valueOf(exchange.answer()).contains(task.toString()))) {
                story.put(exchange.sentAt() + " request", exchange.toString());
            }
        }
        return story.entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .toList();
    }

    private long runs() {
        return past.tasks.values().stream()
                .flatMap(task -> task.events.values().stream())
                .map(delivery -> delivery.event().runId())
                .distinct()
                .count();
    }

    private long starts() {
        return past.tasks.values().stream()
                .flatMap(task -> task.events.values().stream())
                .filter(delivery -> delivery.event().status() == RunStatus.RUNNING)
                .count();
    }

    /** From the kill of a worker until its run is RUNNING on another one, as the events report it. */
    private String takeover() {
        List<Duration> times = of(Fault.class)
                .flatMap(fault -> fault.runs().stream().flatMap(run -> takeover(fault, run)))
                .sorted()
                .toList();
        if (times.isEmpty()) {
            return "no killed worker had a run";
        }
        return "median " + times.get(times.size() / 2).toMillis() + " ms, longest "
                + times.getLast().toMillis() + " ms, of " + times.size() + " runs";
    }

    private Stream<Duration> takeover(Fault fault, UUID run) {
        return past.tasks.values().stream()
                .flatMap(task -> task.events.values().stream())
                .map(Delivery::event)
                .filter(event -> event.runId().equals(run)
                        && event.status() == RunStatus.RUNNING
                        && event.previousStatus() == RunStatus.RUNNING
                        && event.occurredAt().isAfter(fault.from()))
                .map(event -> Duration.between(fault.from(), event.occurredAt()))
                .limit(1);
    }

    private static String outcome(TaskPast task) {
        return task.lastEvent()
                .map(event -> event.type() + " " + event.status())
                .orElse("without event");
    }

    private static String kindOf(String member) {
        return member.replaceAll("-\\d+$", "");
    }

    private <T extends Entry> Stream<T> of(Class<T> type) {
        return history.stream().filter(type::isInstance).map(type::cast);
    }

    private static <T> Map<String, Long> count(Stream<T> all, Function<T, String> kind) {
        return all.collect(Collectors.groupingBy(kind, TreeMap::new, Collectors.counting()));
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String listed(Map<String, Long> counts) {
        return counts.entrySet().stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
    }

    private static void row(StringBuilder table, String name, String value) {
        table.append("| ").append(name).append(" | ").append(value).append(" |\n");
    }
}
