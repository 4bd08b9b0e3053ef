package dev.connections.api.stream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.mvc.method.annotation.ResponseBodyEmitter;

/**
 * A client that follows a task.
 *
 * <p>The thread that has taken it reads and writes for it, one thread at a time. Events recorded meanwhile stay in the
 * database, so a slow client holds one batch in memory and blocks no other stream.
 */
final class EventStream {
    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    private static final long NO_TIME_LIMIT = 0;

    private final UUID taskId;
    private final Caller caller;
    private final ResponseBodyEmitter emitter = new ResponseBodyEmitter(NO_TIME_LIMIT);
    private final AtomicBoolean taken = new AtomicBoolean();
    private volatile int sent;
    private volatile long writtenAt = System.nanoTime();
    private volatile boolean broken;
    private volatile boolean ended;

    EventStream(Position from, Caller caller) {
        this.taskId = from.taskId();
        this.caller = caller;
        this.sent = from.sequence();
    }

    ResponseBodyEmitter emitter() {
        return emitter;
    }

    UUID taskId() {
        return taskId;
    }

    /** The subject of the token that opened it. */
    String subject() {
        return caller.subject();
    }

    /** Whether the token that opened it has expired. */
    boolean hasExpired(Instant now) {
        return !now.isBefore(caller.until());
    }

    Position position() {
        return new Position(taskId, sent);
    }

    /** Takes it and returns true, unless another thread has taken it or it has ended. */
    boolean take() {
        return !ended && taken.compareAndSet(false, true);
    }

    void release() {
        taken.set(false);
    }

    boolean hasEnded() {
        return ended;
    }

    boolean isSilentFor(Duration time) {
        return System.nanoTime() - writtenAt >= time.toNanos();
    }

    /** Writes and flushes; blocks while the client does not read, up to the server's time limit. */
    void write(String frames) throws IOException {
        try {
            emitter.send(frames.getBytes(StandardCharsets.UTF_8), MediaType.APPLICATION_OCTET_STREAM);
        } catch (IOException e) {
            broken = true;
            throw e;
        }
        writtenAt = System.nanoTime();
    }

    void advance(int sequence) {
        sent = sequence;
    }

    /** Ends the response; later calls do nothing. After a write that failed, the servlet container ends it by itself. */
    void end() {
        ended = true;
        if (broken) {
            return;
        }
        try {
            emitter.complete();
        } catch (IllegalStateException e) {
            log.debug("the connection of a stream of task {} broke while it was ended: {}", taskId, e.toString());
        }
    }
}
