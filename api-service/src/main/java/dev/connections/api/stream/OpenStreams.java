package dev.connections.api.stream;

import dev.connections.api.http.connector.ConnectionLimit;
import dev.connections.api.http.problem.ProblemException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The streams that are open in this process. They end before the server waits for its requests to end. */
@Component
final class OpenStreams implements SmartLifecycle {
    private final Map<String, Set<EventStream>> byTask = new ConcurrentHashMap<>();
    private final Map<String, Integer> bySubject = new ConcurrentHashMap<>();
    private final Set<EventStream> all = ConcurrentHashMap.newKeySet();
    private final int perSubject;
    private final int most;
    private volatile boolean running;
    private volatile boolean stopped;

    OpenStreams(MeterRegistry meters, StreamProperties properties, ConnectionLimit connections) {
        this.perSubject = properties.perSubject();
        // Streams leave room for other requests, above all for health checks.
        this.most = Math.max(1, connections.value() / 4 * 3);
        Gauge.builder("connections.streams.open", all, Set::size)
                .description("Task event streams that are open in this process")
                .register(meters);
    }

    /**
     * Registers the stream until its response ends, for any reason.
     *
     * @throws ProblemException if the process is stopping, or has too many streams, of this subject or at all
     */
    void add(EventStream stream) {
        admit(stream);
        stream.emitter().onCompletion(() -> remove(stream));
        byTask.compute(stream.taskId().toString(), (task, streams) -> {
            Set<EventStream> others = streams == null ? ConcurrentHashMap.newKeySet() : streams;
            others.add(stream);
            return others;
        });
        if (stopped) {
            remove(stream);
            throw ProblemException.unavailable("This server is shutting down; reconnect.");
        }
    }

    private void admit(EventStream stream) {
        if (all.size() >= most) {
            throw ProblemException.unavailable("This server has too many streams open; reconnect in a moment.");
        }
        bySubject.compute(stream.subject(), (subject, open) -> {
            int others = open == null ? 0 : open;
            if (others >= perSubject) {
                throw ProblemException.tooMany(
                        "too-many-streams",
                        "A subject may have " + perSubject
                                + " streams open on a server; close one, or try again later.");
            }
            return others + 1;
        });
        all.add(stream);
    }

    void remove(EventStream stream) {
        if (all.remove(stream)) {
            bySubject.computeIfPresent(stream.subject(), (subject, open) -> open == 1 ? null : open - 1);
        }
        byTask.computeIfPresent(stream.taskId().toString(), (task, streams) -> {
            streams.remove(stream);
            return streams.isEmpty() ? null : streams;
        });
    }

    Collection<EventStream> all() {
        return all;
    }

    /** The streams of a task; the id may be any text. */
    Collection<EventStream> of(String taskId) {
        return byTask.getOrDefault(taskId, Set.of());
    }

    @Override
    public void start() {
        stopped = false;
        running = true;
    }

    @Override
    public void stop() {
        stopped = true;
        running = false;
        // Each in its own thread: ending a stream waits for a write in progress, and the client may be slow.
        all.forEach(stream -> Thread.ofVirtual().name("end-stream").start(stream::end));
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
    }
}
