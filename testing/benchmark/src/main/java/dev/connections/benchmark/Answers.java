package dev.connections.benchmark;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What the requests for tasks were answered, each of them. */
final class Answers {
    private final Map<Kind, LongAdder> numbers = new ConcurrentHashMap<>();
    private final Queue<UUID> created = new ConcurrentLinkedQueue<>();
    private final AtomicReference<@Nullable String> unexpected = new AtomicReference<>();

    /** What became of a request. */
    enum Kind {
        CREATED("201 created"),
        IN_FLIGHT("409 in flight already"),
        /** Refused, or reported as not known, because the service or its database has too much to do. */
        UNAVAILABLE("503 unavailable"),
        OTHER("another status"),
        UNANSWERED("unanswered");

        private final String name;

        Kind(String name) {
            this.name = name;
        }

        static Kind of(int status) {
            return switch (status) {
                case 201 -> CREATED;
                case 409 -> IN_FLIGHT;
                case 503 -> UNAVAILABLE;
                default -> OTHER;
            };
        }
    }

    void created(UUID task) {
        add(Kind.CREATED);
        created.add(task);
    }

    /** Counts an answer without a task; the first one of a kind that should not be is kept. */
    void refused(Kind kind, String what) {
        add(kind);
        if (kind == Kind.OTHER || kind == Kind.UNANSWERED) {
            unexpected.compareAndSet(null, what);
        }
    }

    List<UUID> tasks() {
        return List.copyOf(created);
    }

    long number(Kind kind) {
        LongAdder number = numbers.get(kind);
        return number == null ? 0 : number.sum();
    }

    void print(PrintStream out) {
        Table table = new Table("Answers to all requests for tasks, from the warm-up on", "", "requests");
        for (Kind kind : Kind.values()) {
            table.row(kind.name, Long.toString(number(kind)));
        }
        table.print(out);
    }

    /** What must not be, in words. */
    List<String> faults() {
        List<String> faults = new ArrayList<>();
        for (Kind kind : List.of(Kind.OTHER, Kind.UNANSWERED)) {
            if (number(kind) > 0) {
                faults.add(number(kind) + " requests: " + kind.name + ", such as " + unexpected.get());
            }
        }
        return faults;
    }

    private void add(Kind kind) {
        numbers.computeIfAbsent(kind, none -> new LongAdder()).increment();
    }
}
