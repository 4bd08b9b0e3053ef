package dev.connections.faults.history;

import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.task.RunStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** All that was seen of one task. */
final class TaskPast {
    final UUID id;
    /** The request whose answer gave the task's id; null for a task whose id no answer gave. */
    @Nullable
    Exchange accepted;

    @Nullable
    Work work;

    /** As they came. */
    final List<Delivery> deliveries = new ArrayList<>();
    /** The first delivery of each sequence. */
    final SortedMap<Integer, Delivery> events = new TreeMap<>();

    final List<Seen> seen = new ArrayList<>();

    TaskPast(UUID id) {
        this.id = id;
    }

    void add(Delivery delivery) {
        deliveries.add(delivery);
        events.putIfAbsent(delivery.event().sequence(), delivery);
    }

    Optional<TaskEvent> firstEvent() {
        return events.isEmpty()
                ? Optional.empty()
                : Optional.of(events.firstEntry().getValue().event());
    }

    Optional<TaskEvent> lastEvent() {
        return events.isEmpty()
                ? Optional.empty()
                : Optional.of(events.lastEntry().getValue().event());
    }

    boolean hasEnded() {
        return lastEvent().filter(event -> event.status().isTerminal()).isPresent();
    }

    /** From when on the task was in flight at the earliest. */
    Instant begunAtTheEarliest() {
        return firstEvent().map(TaskEvent::occurredAt).orElse(Instant.MIN);
    }

    /** Since when somebody knew of the task. */
    Instant begunAtTheLatest() {
        Instant answered = accepted == null ? Instant.MAX : accepted.endedAt();
        Instant heard =
                events.isEmpty() ? Instant.MAX : events.firstEntry().getValue().receivedAt();
        return answered.isBefore(heard) ? answered : heard;
    }

    /** Until when the task was in flight at least: its last transition may have been committed later than it was made. */
    Instant endedAtTheEarliest() {
        return lastEvent()
                .filter(event -> event.status().isTerminal())
                .map(TaskEvent::occurredAt)
                .orElse(Instant.MAX);
    }

    /** Until when the task was in flight at the latest: its end was visible to somebody then. */
    Instant endedAtTheLatest() {
        if (!hasEnded()) {
            return Instant.MAX;
        }
        Instant heard = events.lastEntry().getValue().receivedAt();
        RunStatus last = events.lastEntry().getValue().event().status();
        UUID run = events.lastEntry().getValue().event().runId();
        return seen.stream()
                .filter(one -> one.status() == last && one.runId().equals(run))
                .map(Seen::until)
                .filter(until -> until.isBefore(heard))
                .min(Instant::compareTo)
                .orElse(heard);
    }
}
