package dev.connections.worker.source;

import dev.connections.connection.PathPatterns;
import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a validation says of the databases that an account may see. */
public final class VisibleDatabases {
    private VisibleDatabases() {}

    /**
     * Compares them with what the connection is to crawl.
     *
     * @param word what people call a database of the technology, such as catalog
     * @param configured the one that the connection names; null for none
     * @param none the words for an account that may see none
     * @throws RunFailedException PERMISSION_DENIED where there are none
     */
    public static Finding check(
            Execution execution, String word, List<String> names, @Nullable String configured, String none) {
        if (names.isEmpty()) {
            throw new RunFailedException(ErrorCode.PERMISSION_DENIED, none, null);
        }
        List<String> warnings = new ArrayList<>();
        PathPatterns scope = execution.target().settings().crawl().patterns();
        if (names.stream().noneMatch(name -> scope.coversContainer(List.of(name)))) {
            warnings.add("the connection's patterns cover none of the " + word + "s that the account may see");
        }
        if (configured != null && !names.contains(configured)) {
            warnings.add("the account may not see the configured " + word + ", or there is none of that name");
        }
        return warnings.isEmpty() ? new Finding.Passed(null) : new Finding.Warning(String.join("; ", warnings));
    }
}
