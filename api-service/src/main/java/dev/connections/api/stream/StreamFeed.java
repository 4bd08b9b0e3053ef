package dev.connections.api.stream;

import static java.util.Objects.requireNonNullElse;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers recorded events to the open streams.
 *
 * <p>Old and new events take the same path: a stream knows the last sequence that it sent, and a read returns the
 * events after it. So there is no seam between the two, and a superfluous read does no harm.
 */
final class StreamFeed {
    private static final Logger log = LoggerFactory.getLogger(StreamFeed.class);
    private static final int POSITIONS = 500;
    private static final String HEARTBEAT = ": heartbeat\n\n";

    private final Executor writers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("stream-", 0).factory());
    private final Set<EventStream> marked = ConcurrentHashMap.newKeySet();
    private final Semaphore bell = new Semaphore(0);
    private final Semaphore opened = new Semaphore(0);
    private final OpenStreams streams;
    private final TaskEventStore events;
    private final StreamProperties properties;
    private final Clock clock;
    private long nextLook = System.nanoTime();

    StreamFeed(OpenStreams streams, TaskEventStore events, StreamProperties properties, Clock clock) {
        this.streams = streams;
        this.events = events;
        this.properties = properties;
        this.clock = clock;
    }

    /** Starts to feed a stream. */
    void open(EventStream stream) {
        streams.add(stream);
        mark(stream);
        opened.release();
    }

    /** Whether any stream is open. */
    boolean isInUse() {
        return !streams.all().isEmpty();
    }

    /** Waits until a stream opens, or for the time. */
    void awaitUse(Duration time) throws InterruptedException {
        boolean ignored = opened.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS);
        opened.drainPermits();
    }

    /** Signals that any task may have new events. */
    void markAll() {
        streams.all().forEach(this::mark);
    }

    /** Signals that the task may have new events. */
    void mark(String taskId) {
        streams.of(taskId).forEach(this::mark);
    }

    /**
     * Waits for a signal or for the next check of all streams, and sends new events; returns the number of streams that
     * had some.
     */
    int runOnce() throws InterruptedException {
        boolean ignored = bell.tryAcquire(nextLook - System.nanoTime(), TimeUnit.NANOSECONDS);
        bell.drainPermits();
        boolean lookForAll = System.nanoTime() - nextLook >= 0;
        List<EventStream> due = take(lookForAll ? streams.all() : marked);
        try {
            look(due);
        } catch (RuntimeException e) {
            nextLook = System.nanoTime();
            throw e;
        }
        if (lookForAll) {
            nextLook = System.nanoTime() + properties.lookEvery().toNanos();
        }
        return Math.max(1, due.size());
    }

    /** Writes a comment to idle streams, which also detects disconnected clients. Ends those whose token has expired. */
    int beat() {
        Duration heartbeat = properties.heartbeat();
        Instant now = clock.instant();
        for (EventStream stream : streams.all()) {
            if (stream.hasExpired(now)) {
                writers.execute(() -> end(stream));
            } else if (stream.isSilentFor(heartbeat) && stream.take()) {
                writers.execute(() ->
                        send(stream, new Batch(HEARTBEAT, stream.position().sequence(), false, false)));
            }
        }
        return 0;
    }

    private void mark(EventStream stream) {
        marked.add(stream);
        if (bell.availablePermits() == 0) {
            bell.release();
        }
    }

    /** A stream that is being written to stays marked, and signals again when the write is done. */
    private List<EventStream> take(Collection<EventStream> candidates) {
        List<EventStream> taken = new ArrayList<>();
        for (EventStream stream : candidates) {
            if (stream.take()) {
                // Clear the mark before the read, so that a later mark is not lost.
                marked.remove(stream);
                taken.add(stream);
            } else if (stream.hasEnded()) {
                marked.remove(stream);
            }
        }
        return taken;
    }

    private void look(List<EventStream> due) {
        Map<Position, List<EventStream>> waiting = due.stream().collect(Collectors.groupingBy(EventStream::position));
        List<Position> positions = List.copyOf(waiting.keySet());
        try {
            for (int i = 0; i < positions.size(); i += POSITIONS) {
                events.read(positions.subList(i, Math.min(i + POSITIONS, positions.size())))
                        .forEach((position, batch) -> requireNonNullElse(
                                        waiting.remove(position), List.<EventStream>of())
                                .forEach(stream -> deliver(stream, batch)));
            }
        } finally {
            waiting.values().forEach(unanswered -> unanswered.forEach(EventStream::release));
        }
    }

    private void deliver(EventStream stream, Batch batch) {
        if (batch.frames().isEmpty() && !batch.ended()) {
            stream.release();
        } else {
            writers.execute(() -> send(stream, batch));
        }
    }

    private void send(EventStream stream, Batch batch) {
        try {
            if (!batch.frames().isEmpty()) {
                stream.write(batch.frames());
                stream.advance(batch.last());
            }
            if (batch.ended()) {
                end(stream);
            }
        } catch (IOException | IllegalStateException e) {
            log.debug("the client of a stream of task {} disconnected: {}", stream.taskId(), e.toString());
            end(stream);
        } finally {
            stream.release();
            if (batch.more() || marked.contains(stream)) {
                mark(stream);
            }
        }
    }

    private void end(EventStream stream) {
        streams.remove(stream);
        stream.end();
    }
}
