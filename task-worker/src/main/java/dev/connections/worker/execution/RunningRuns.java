package dev.connections.worker.execution;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/** The executions that this worker has in hand at the moment. */
@Component
final class RunningRuns {
    private final Map<UUID, Running> byRun = new ConcurrentHashMap<>();
    private final Clock clock;

    RunningRuns() {
        this(Clock.systemUTC());
    }

    RunningRuns(Clock clock) {
        this.clock = clock;
    }

    /** An execution and when its time is over. */
    record Running(Execution execution, Instant deadline) {}

    void add(Execution execution, Duration limit) {
        Running earlier = byRun.put(
                execution.run().runId(), new Running(execution, clock.instant().plus(limit)));
        if (earlier != null) {
            // This worker lost the run and has claimed it again before its heartbeat noticed.
            earlier.execution().stop(Execution.StopReason.LOST);
        }
    }

    void remove(Execution execution) {
        byRun.computeIfPresent(
                execution.run().runId(), (run, running) -> running.execution() == execution ? null : running);
    }

    /** The executions that this worker still believes to hold. */
    Collection<Execution> held() {
        return byRun.values().stream()
                .map(Running::execution)
                .filter(execution -> execution.stopReason() != Execution.StopReason.LOST)
                .toList();
    }

    /** Stops what has reached its time limit, and what reads a source that gives nothing. */
    void stopOverdue() {
        Instant now = clock.instant();
        for (Running running : List.copyOf(byRun.values())) {
            if (running.deadline().isBefore(now)) {
                running.execution().stop(Execution.StopReason.TIMED_OUT);
            } else if (running.execution().isStalled()) {
                running.execution().stop(Execution.StopReason.STALLED);
            }
        }
    }

    void stopAll(Execution.StopReason reason) {
        List.copyOf(byRun.values()).forEach(running -> running.execution().stop(reason));
    }

    boolean isEmpty() {
        return byRun.isEmpty();
    }
}
