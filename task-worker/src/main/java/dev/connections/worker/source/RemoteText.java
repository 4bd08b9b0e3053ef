package dev.connections.worker.source;

import dev.connections.catalog.StorableText;
import dev.connections.worker.execution.Execution;
import org.jspecify.annotations.Nullable;

/** Makes what a source said fit for an answer, a log line and jsonb: one line, bounded, no control characters. */
public final class RemoteText {
    private static final int MAX_LENGTH = 2_000;

    private RemoteText() {}

    /** What the source sent, as {@link #plain} shows it; replaced as a whole if it repeats a secret of the connection. */
    public static String shown(@Nullable String sent, Execution execution) {
        return plain(sent == null ? null : execution.withoutSecrets(sent));
    }

    /** The text on one line and at most 2,000 characters long. */
    public static String plain(@Nullable String said) {
        if (said == null || said.isBlank()) {
            return "the source gave no reason";
        }
        return StorableText.line(said, MAX_LENGTH);
    }
}
