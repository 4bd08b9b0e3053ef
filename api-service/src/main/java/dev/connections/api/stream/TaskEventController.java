package dev.connections.api.stream;

import dev.connections.api.http.problem.InvalidRequestException;
import dev.connections.api.http.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

@RestController
class TaskEventController {
    private static final String LAST_EVENT_ID = "Last-Event-ID";
    private static final Pattern SEQUENCE = Pattern.compile("[0-9]{1,18}");
    /** Sends the headers at once, and sets the client's reconnection time. */
    private static final String OPENING = "retry: 1000\n\n";

    private static final int LOOKUPS = 4;
    private static final int LOOKUP_WAIT_S = 20;

    /** When thousands of clients reconnect at once, they queue here and not for the pool, which all requests share. */
    private final Semaphore lookups = new Semaphore(LOOKUPS, true);

    private final TaskEventStore events;
    private final StreamFeed feed;

    TaskEventController(TaskEventStore events, StreamFeed feed) {
        this.events = events;
        this.feed = feed;
    }

    @GetMapping(
            path = "/api/connections/{connectionKey}/tasks/{taskId}/events",
            produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    ResponseEntity<ResponseBodyEmitter> streamTaskEvents(
            @PathVariable String connectionKey,
            @PathVariable UUID taskId,
            @RequestHeader(name = LAST_EVENT_ID, required = false) @Nullable String lastEventId,
            HttpServletRequest request,
            Authentication caller)
            throws IOException, InterruptedException {
        Position from = new Position(taskId, sequence(lastEventId));
        if (!exists(connectionKey, taskId)) {
            throw ProblemException.notFound("Connection '" + connectionKey + "' has no task " + taskId
                    + "; GET /api/connections/" + connectionKey + "/tasks lists its tasks.");
        }
        ResponseEntity.BodyBuilder response = ResponseEntity.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .cacheControl(CacheControl.noStore())
                .header("X-Accel-Buffering", "no");
        if (request.getMethod().equals("HEAD")) {
            return response.build();
        }
        EventStream stream = new EventStream(from, Caller.of(caller));
        stream.write(OPENING);
        feed.open(stream);
        return response.body(stream.emitter());
    }

    private boolean exists(String connectionKey, UUID taskId) throws InterruptedException {
        if (!lookups.tryAcquire(LOOKUP_WAIT_S, TimeUnit.SECONDS)) {
            throw ProblemException.unavailable("Too many clients are connecting at once; reconnect in a moment.");
        }
        try {
            return events.exists(connectionKey, taskId);
        } finally {
            lookups.release();
        }
    }

    private static int sequence(@Nullable String lastEventId) {
        if (lastEventId == null || lastEventId.isBlank()) {
            return 0;
        }
        String id = lastEventId.strip();
        if (!SEQUENCE.matcher(id).matches()) {
            throw InvalidRequestException.of(
                    LAST_EVENT_ID,
                    "must be the id of an event of this stream (a whole number); omit it to start at the first event");
        }
        return (int) Math.min(Long.parseLong(id), Integer.MAX_VALUE);
    }
}
