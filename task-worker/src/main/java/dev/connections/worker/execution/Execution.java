package dev.connections.worker.execution;

import dev.connections.connection.ClientConfiguration;
import dev.connections.connection.SecretSealer;
import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One execution of a claimed run, as its executor sees it: what to work on, its progress, and its stop. */
public final class Execution {
    private final ClaimedRun run;
    private final ClaimedRun.Target target;
    private final SecretSealer sealer;
    private final SourceLimits limits;
    private final AtomicReference<@Nullable StopReason> stop = new AtomicReference<>();
    private final Deque<Runnable> onStop = new ArrayDeque<>();
    private volatile @Nullable Progress progress;
    /** When something that is read was last complete, by {@link System#nanoTime}; null while nothing is read. */
    private volatile @Nullable Long advanced;

    /** Why an execution has to stop before its work is done. */
    public enum StopReason {
        /** Somebody canceled the run. */
        CANCELED,
        /** Another worker has the run now; nothing may be written any more. */
        LOST,
        /** The run reached its wall-clock limit. */
        TIMED_OUT,
        /** The worker shuts down; the run goes back to PENDING. */
        SHUTDOWN,
        /** The source has been read without anything becoming complete for too long. */
        STALLED
    }

    /** The progress of a run; the shape of TaskRun.progress in the contract. */
    public record Progress(
            String phase, long objectsSeen, @Nullable Long objectsExpected) {}

    /** Starts with a run whose connection is still there. */
    public Execution(ClaimedRun run, ClaimedRun.Target target, SecretSealer sealer, SourceLimits limits) {
        this.run = run;
        this.target = target;
        this.sealer = sealer;
        this.limits = limits;
    }

    /** The run. */
    public ClaimedRun run() {
        return run;
    }

    /** The connection that the run works on. */
    public ClaimedRun.Target target() {
        return target;
    }

    /** What the run takes from its source at most. */
    public SourceLimits limits() {
        return limits;
    }

    /** Something that is read from the source is complete: an object, a text. Reading begins with the first call. */
    public void advance() {
        advanced = System.nanoTime();
    }

    /** Nothing more is read from the source. */
    public void endReading() {
        advanced = null;
    }

    /** Whether the source has been read for too long without anything becoming complete. */
    boolean isStalled() {
        Long last = advanced;
        return last != null && System.nanoTime() - last > limits.silence().toNanos();
    }

    /** Opens the secrets of the connection; keep the result no longer than the work needs it. */
    public ClientConfiguration clientConfiguration() {
        return ClientConfiguration.read(target.technology(), opened());
    }

    /** Every secret of the connection in clear, so that they can be kept out of messages. */
    public List<String> secrets() {
        JsonNode opened = opened();
        return SecretSealer.secretPointers().stream()
                .map(opened::at)
                .filter(JsonNode::isString)
                .map(JsonNode::stringValue)
                .filter(secret -> !secret.isEmpty())
                .toList();
    }

    /**
     * Returns a text of the source as it is, or {@value SecretSealer#REDACTED} in place of the whole text if it repeats a
     * secret of the connection. Whatever a source sends goes through here before it is shortened, and before it becomes part
     * of an error, a warning, a finding or a log line.
     */
    public String withoutSecrets(String sent) {
        return secrets().stream().anyMatch(sent::contains) ? SecretSealer.REDACTED : sent;
    }

    private JsonNode opened() {
        return sealer.open(target.connectionId(), target.technology(), target.clientConfiguration());
    }

    /** Reports how far the work is; the next heartbeat carries it to the database. */
    public void progress(String phase, long objectsSeen, @Nullable Long objectsExpected) {
        progress = new Progress(phase, objectsSeen, objectsExpected);
    }

    /** The latest progress; null before the first report. */
    public @Nullable Progress progress() {
        return progress;
    }

    /**
     * Registers what makes blocked work return at once: cancel the statement, abort the connection, close the socket.
     * It is run on another thread, at once where the execution has been stopped already, and must not block.
     *
     * @return closes to take the action back
     */
    public Registration onStop(Runnable action) {
        boolean stopped;
        synchronized (onStop) {
            stopped = stop.get() != null;
            if (!stopped) {
                onStop.push(action);
            }
        }
        if (stopped) {
            action.run();
        }
        return () -> {
            synchronized (onStop) {
                onStop.remove(action);
            }
        };
    }

    /** Takes back what {@link #onStop} registered. */
    public interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Stops the execution; the first reason stays. */
    public void stop(StopReason reason) {
        if (!stop.compareAndSet(null, reason)) {
            return;
        }
        Deque<Runnable> actions;
        synchronized (onStop) {
            actions = new ArrayDeque<>(onStop);
            onStop.clear();
        }
        actions.forEach(Runnable::run);
    }

    /** Why the execution was stopped; null while it was not. */
    public @Nullable StopReason stopReason() {
        return stop.get();
    }

    /** For loops of the work: throws if the execution was stopped. */
    public void checkNotStopped() {
        StopReason reason = stop.get();
        if (reason != null) {
            throw new CancellationException("stopped: " + reason);
        }
    }

    /** An execution has no fixed text that could hold a secret. */
    @Override
    public String toString() {
        return "run " + run.runId() + " epoch " + run.epoch();
    }

    /** The error of an execution that reached its time limit. */
    static RunFailedException timedOut(String limit) {
        return new RunFailedException(
                ErrorCode.TIMEOUT, "the run reached its time limit of " + limit + " and was stopped", null);
    }
}
