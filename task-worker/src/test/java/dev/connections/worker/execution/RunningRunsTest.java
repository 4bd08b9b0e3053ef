package dev.connections.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.connection.ConnectionSettings;
import dev.connections.connection.ConnectionSettings.NewObjectActivation;
import dev.connections.connection.SecretSealer;
import dev.connections.connection.Technology;
import dev.connections.json.Ids;
import dev.connections.json.Json;
import dev.connections.task.ClaimedRun;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RunningRunsTest {
    private final RunningRuns running = new RunningRuns();
    private final UUID run = Ids.next();

    @Test
    void aRunThatIsClaimedAnewByItsOwnWorkerStopsTheExecutionOfBefore() {
        Execution before = execution(1);
        Execution now = execution(2);
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
        Execution execution = execution(1);
        limited.add(execution, Duration.ofNanos(10));
        limited.stopOverdue();
        nanoTime.addAndGet(10);
        limited.stopOverdue();
        assertThat(execution.stopReason()).isNull();
        nanoTime.incrementAndGet();
        limited.stopOverdue();
        assertThat(execution.stopReason()).isEqualTo(Execution.StopReason.TIMED_OUT);
    }

    private Execution execution(int epoch) {
        ClaimedRun.Target target = new ClaimedRun.Target(
                Ids.next(),
                "key",
                Technology.POSTGRESQL,
                Json.object(),
                new ConnectionSettings(
                        new ConnectionSettings.Crawl(null, List.of("**"), List.of(), null),
                        NewObjectActivation.ENABLED));
        ClaimedRun claimed = new ClaimedRun(
                run, Ids.next(), epoch, 1, TaskType.CRAWL, TaskTrigger.MANUAL, TaskInput.DEFAULT, target);
        return new Execution(claimed, target, new SecretSealer(SecretSealer.newKeyset()), Limits.DEFAULT);
    }
}
