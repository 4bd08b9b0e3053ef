package dev.connections.worker.source;

import dev.connections.worker.execution.Execution;
import java.util.ArrayList;
import java.util.List;

/** Names that a warning shows, however many there are: the first of them, and how many more. */
public final class CountedNames {
    private final List<String> first = new ArrayList<>();
    private long count;

    public void add(String name) {
        count++;
        if (first.size() < NameList.SHOWN) {
            first.add(name);
        }
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** As {@link NameList#shown} shows them. */
    public String shown(Execution execution) {
        String shown = NameList.shown(first, execution);
        return count == first.size() ? shown : shown + " and " + (count - first.size()) + " more";
    }
}
