package dev.connections.faults.history;

import dev.connections.task.RunStatus;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A state that REST reported of a task or a run; it was so at some time between the two.
 *
 * @param runId the run, or the latest one where the answer was about the task
 * @param waiting the reason why it does not move, where the answer was about the run and gave one
 */
record Seen(
        Instant from,
        Instant until,
        UUID runId,
        RunStatus status,
        boolean ofRun,
        @Nullable String waiting) {}
