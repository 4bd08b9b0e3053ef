package dev.connections.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.json.Ids;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RunningRunsTest {
    private final RunningRuns running = new RunningRuns();
    private final UUID run = Ids.next();

    @Test
    void aRunThatIsClaimedAnewByItsOwnWorkerStopsTheExecutionOfBefore() {
        Execution before = Executions.of(run, 1);
        Execution now = Executions.of(run, 2);
        running.add(before, Duration.ofHours(1));
        running.add(now, Duration.ofHours(1));
        assertThat(before.stopReason()).isEqualTo(Execution.StopReason.LOST);
        running.remove(before);
        assertThat(running.held()).containsExactly(now);
        assertThat(now.stopReason()).isNull();
    }

    @Test
    void aTimeLimitFollowsAClockThatNobodyCanSet() {
        AtomicLong nanoTime = new AtomicLong(Long.MAX_VALUE - 5);
        RunningRuns limited = new RunningRuns(nanoTime::get);
        Execution execution = Executions.of(run, 1);
        limited.add(execution, Duration.ofNanos(10));
        limited.stopOverdue();
        nanoTime.addAndGet(10);
        limited.stopOverdue();
        assertThat(execution.stopReason()).isNull();
        nanoTime.incrementAndGet();
        limited.stopOverdue();
        assertThat(execution.stopReason()).isEqualTo(Execution.StopReason.TIMED_OUT);
    }
}
