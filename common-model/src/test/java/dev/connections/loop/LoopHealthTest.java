package dev.connections.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class LoopHealthTest {
    private static final Duration SHORT = Duration.ofMillis(1);

    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final BlockingQueue<String> rounds = new LinkedBlockingQueue<>();

    @Test
    void aLoopWhoseRoundDoesNotEndInTimeIsDownByItsNameUntilItEnds() {
        Loop stalled = new Loop("stalled", this::blocked, SHORT, 0, SHORT);
        Loop busy = new Loop("busy", () -> 0, SHORT, 0);
        LoopHealth health = new LoopHealth(() -> Stream.of(stalled, busy));
        stalled.start();
        busy.start();
        await().untilAsserted(() -> assertThat(down(health)).containsOnlyKeys("stalled"));
        mayEnd.countDown();
        await().untilAsserted(() -> assertThat(health.health().getStatus()).isEqualTo(Status.UP));
        stalled.stop();
        busy.stop();
    }

    @Test
    void aLoopThatIsNotRunningIsNotMissed() {
        Loop stopped = new Loop("stopped", this::blocked, SHORT, 0, SHORT);
        LoopHealth health = new LoopHealth(() -> Stream.of(stopped));
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        stopped.start();
        await().until(() -> health.health().getStatus().equals(Status.DOWN));
        stopped.stop();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void aRoundThatFailsHasEnded() throws InterruptedException {
        Loop failing = new Loop(
                "failing",
                () -> {
                    rounds.add("failed");
                    throw new IllegalStateException("the database is down");
                },
                SHORT,
                0);
        failing.start();
        rounds.take();
        rounds.take();
        assertThat(new LoopHealth(() -> Stream.of(failing)).health().getStatus())
                .isEqualTo(Status.UP);
        failing.stop();
    }

    @Test
    void aLongRoundMayReportThatItIsAlive() throws InterruptedException {
        Duration longest = Duration.ofHours(1);
        Loop waiting = new Loop(
                "waiting",
                () -> {
                    rounds.add("before");
                    mayEnd.await();
                    Loop.stillAlive();
                    rounds.add("after");
                    Thread.currentThread().join();
                    return 0;
                },
                SHORT,
                0,
                longest);
        waiting.start();
        rounds.take();
        long before = System.nanoTime();
        mayEnd.countDown();
        rounds.take();
        Duration since = waiting.sinceLastRound();
        assertThat(since).isLessThan(Duration.ofNanos(System.nanoTime() - before));
        waiting.stop();
        Loop.stillAlive();
    }

    @Test
    void theLimitIsThreePausesAndTheLongestRound() {
        assertThat(new Loop("loop", () -> 0, Duration.ofSeconds(1), 0, Duration.ofSeconds(10)).limit())
                .isEqualTo(Duration.ofSeconds(13));
    }

    private int blocked() throws InterruptedException {
        mayEnd.await();
        return 1;
    }

    private static java.util.Map<String, Object> down(LoopHealth health) {
        Health found = health.health();
        assertThat(found.getStatus()).isEqualTo(Status.DOWN);
        return found.getDetails();
    }
}
