package dev.connections.faults.history;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One thing that was seen, or done, from outside this service. */
public sealed interface Entry {
    /**
     * A request to the API.
     *
     * @param answer null where none came: whether the request was served is unknown then
     */
    record Exchange(
            Instant sentAt,
            Instant endedAt,
            String method,
            String path,
            @Nullable JsonNode request,
            @Nullable Answer answer)
            implements Entry {
        /** The answer's status, 0 where none came. */
        public int status() {
            return answer == null ? 0 : answer.status();
        }
    }

    /**
     * The answer to a request.
     *
     * @param headers by name in lower case
     */
    record Answer(int status, Map<String, String> headers, JsonNode body) {}

    /** A record on connections.task-status, as often as it came. */
    record Delivery(Instant receivedAt, String key, TaskEvent event) implements Entry {}

    /** A record on connections.data-object-changes, as often as it came. */
    record Change(UUID dataObjectId, UUID runId, String change) implements Entry {}

    /**
     * A session of a worker at the source of a connection, as the source's log reports it.
     *
     * @param until null where it had not ended when the log was read
     */
    record Session(
            String connectionKey, Instant from, @Nullable Instant until) implements Entry {}

    /**
     * The catalog of a connection beside its source, after a last crawl when all was quiet again: columns by path.
     *
     * @param readAt when the catalog was about to be read
     * @param sourceChangedAt when the source was changed for the last time
     */
    record Comparison(
            String connectionKey,
            Instant readAt,
            Instant sourceChangedAt,
            Map<String, List<String>> catalog,
            Map<String, List<String>> source)
            implements Entry {}

    /**
     * A fault that was injected.
     *
     * @param runs the runs that the process was executing, where it was one that was killed
     */
    record Fault(String kind, String target, Instant from, Instant until, Set<UUID> runs) implements Entry {}
}
