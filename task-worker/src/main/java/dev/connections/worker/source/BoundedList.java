package dev.connections.worker.source;

import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.execution.SourceLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/** A list that a source fills: its length and its characters are checked while it grows. Not thread-safe. */
public final class BoundedList<T> {
    private final List<T> items = new ArrayList<>();
    private final LongConsumer length;
    private final SourceLimits limits;
    private long characters;

    /**
     * Begins an empty list.
     *
     * @param length fails where the list is too long, as {@code limits::checkDatabases} does
     */
    public BoundedList(LongConsumer length, SourceLimits limits) {
        this.length = length;
        this.limits = limits;
    }

    /**
     * Adds an item.
     *
     * @param more how many characters it has
     * @throws RunFailedException where the list is over a limit with it
     */
    public void add(T item, long more) {
        items.add(item);
        characters += more;
        length.accept(items.size());
        limits.checkList(characters);
    }

    /** How many were added. */
    public int size() {
        return items.size();
    }

    /** What was added. */
    public List<T> items() {
        return List.copyOf(items);
    }
}
