package dev.connections.task;

import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.Technology;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A run that this worker has claimed, with everything needed to execute it.
 *
 * @param epoch the number of the claim; every later write includes it
 * @param attempt 1 for the first run of the task, then counting up
 * @param target null if the connection has been deleted meanwhile
 */
public record ClaimedRun(
        UUID runId,
        UUID taskId,
        int epoch,
        int attempt,
        TaskType type,
        TaskTrigger trigger,
        TaskInput input,
        @Nullable Target target) {
    /**
     * The connection of a run, as it was when the run was claimed.
     *
     * @param clientConfiguration with its secrets still sealed
     */
    public record Target(
            UUID connectionId,
            String connectionKey,
            Technology technology,
            JsonNode clientConfiguration,
            ConnectionSettings settings) {}
}
