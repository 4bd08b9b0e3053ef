package dev.connections.worker.source;

import dev.connections.worker.execution.Execution;
import java.util.List;
import java.util.stream.Collectors;

/** Names of objects at a source as part of a sentence: the first ten, and how many more there are. */
public final class NameList {
    static final int SHOWN = 10;

    private NameList() {}

    /** The names without control characters and secrets. */
    public static String shown(List<String> names, Execution execution) {
        String shown = names.stream()
                .limit(SHOWN)
                .map(name -> RemoteText.shown(name, execution))
                .collect(Collectors.joining(", "));
        return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
    }
}
