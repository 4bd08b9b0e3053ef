package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Comparison;
import dev.connections.faults.history.Entry.Delivery;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** After a crawl of the whole connection that read the source as it is now, the catalog equals the source. */
final class CatalogsEqualTheirSources implements Rule {
    @Override
    public List<Violation> check(Past past) {
        List<Violation> found = new ArrayList<>();
        for (Comparison comparison : past.comparisons) {
            Optional<TaskPast> last = lastChange(past, comparison);
            if (last.filter(task -> isFreshCrawl(task, comparison)).isEmpty()) {
                found.add(Violation.of(
                        this,
                        last.map(task -> task.id).orElse(null),
                        "no crawl of " + comparison.connectionKey()
                                + " succeeded after the last change of the source"));
            } else if (!comparison.catalog().equals(comparison.source())) {
                found.add(Violation.of(
                        this,
                        last.map(task -> task.id).orElse(null),
                        "only the catalog of " + comparison.connectionKey() + " has "
                                + only(comparison.catalog(), comparison.source()) + ", only its source "
                                + only(comparison.source(), comparison.catalog())));
            }
        }
        return found;
    }

    /** The success that changed the catalog last; a crawl of a part changes nothing after a fresh one of all. */
    private static Optional<TaskPast> lastChange(Past past, Comparison comparison) {
        Work crawl = new Work(comparison.connectionKey(), TaskType.CRAWL, TaskInput.DEFAULT);
        return past.tasks.values().stream()
                .filter(task -> task.lastEvent()
                        .filter(event -> event.status() == RunStatus.SUCCEEDED
                                && event.connectionKey().equals(comparison.connectionKey())
                                && (event.type() == TaskType.DELETE || crawl.equals(task.work)))
                        .isPresent())
                .max(Comparator.comparing(TaskPast::endedAtTheEarliest));
    }

    private static boolean isFreshCrawl(TaskPast task, Comparison comparison) {
        Optional<Instant> started = task.events.values().stream()
                .map(Delivery::event)
                .filter(event -> event.type() == TaskType.CRAWL && event.status() == RunStatus.RUNNING)
                .map(TaskEvent::occurredAt)
                .reduce((before, after) -> after);
        return started.filter(at -> at.isAfter(comparison.sourceChangedAt())).isPresent()
                && !task.endedAtTheEarliest().isAfter(comparison.readAt());
    }

    private static <K, V> Set<Map.Entry<K, V>> only(Map<K, V> one, Map<K, V> other) {
        Set<Map.Entry<K, V>> only = new HashSet<>(one.entrySet());
        only.removeAll(other.entrySet());
        return only;
    }
}
