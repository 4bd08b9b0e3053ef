package dev.connections.worker.source;

import org.jspecify.annotations.Nullable;

/** What a check of a validation found that did not fail. */
public sealed interface Finding {
    /** What it found, for people; null where there is nothing to add. */
    @Nullable
    String message();

    /** All is well. */
    record Passed(@Nullable String message) implements Finding {}

    /** The connection works, but not as its owner may think. */
    record Warning(String message) implements Finding {}

    /** The check does not apply. */
    record Skipped(String message) implements Finding {}
}
