package dev.connections.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every background service relies on. A broken promise shows as a test that takes longer than its time. */
@Timeout(15)
class LoopTest {
    private static final Duration FOR_EVER = Duration.ofHours(1);

    private final BlockingQueue<String> rounds = new LinkedBlockingQueue<>();

    @Test
    void itRunsOnAThreadOfItsNameWhileItIsStarted() throws InterruptedException {
        Loop loop = new Loop("its name", () -> counted(0), FOR_EVER, 7);
        assertThat(loop.isRunning()).isFalse();
        loop.start();
        assertThat(rounds.take()).isEqualTo("its name");
        assertThat(loop.isRunning()).isTrue();
        assertThat(loop.getPhase()).isEqualTo(7);
        loop.stop();
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void stoppingInterruptsARoundThatBlocks() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Loop loop = new Loop("loop", () -> blocked(never), FOR_EVER, 0);
        loop.start();
        rounds.take();
        loop.stop();
        assertThat(rounds.take()).isEqualTo("interrupted");
        assertThat(rounds).isEmpty();
    }

    @Test
    void stoppingWaitsUntilTheRoundHasEnded() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Loop loop = new Loop(
                "loop",
                () -> {
                    try {
                        return blocked(never);
                    } finally {
                        rounds.add("ended");
                    }
                },
                FOR_EVER,
                0);
        loop.start();
        rounds.take();
        loop.stop();
        assertThat(rounds).containsExactly("interrupted", "ended");
    }

    @Test
    void stoppingEndsThePause() throws InterruptedException {
        Loop loop = new Loop("loop", () -> counted(0), FOR_EVER, 0);
        loop.start();
        rounds.take();
        loop.stop();
        assertThat(rounds).isEmpty();
    }

    @Test
    void stoppingEndsALoopWhoseRoundSwallowsTheInterrupt() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Loop loop = new Loop(
                "loop",
                () -> {
                    try {
                        return blocked(never);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException("the driver was interrupted", e);
                    }
                },
                FOR_EVER,
                0);
        loop.start();
        rounds.take();
        loop.stop();
        assertThat(loop.isRunning()).isFalse();
    }

    @Test
    void aRoundThatFoundSomethingIsFollowedByAnotherWithoutPause() throws InterruptedException {
        Loop loop = new Loop("loop", () -> counted(1), FOR_EVER, 0);
        loop.start();
        for (int i = 0; i < 5; i++) {
            rounds.take();
        }
        loop.stop();
    }

    @Test
    void aRoundThatThrowsIsTriedAgain() throws InterruptedException {
        AtomicInteger round = new AtomicInteger();
        Loop loop = new Loop(
                "loop",
                () -> switch (round.getAndIncrement()) {
                    case 0 -> throw new IllegalStateException("the database is away");
                    case 1 -> throw new java.io.IOException("Kafka is away");
                    default -> counted(0);
                },
                Duration.ofMillis(1),
                0);
        loop.start();
        rounds.take();
        loop.stop();
        assertThat(round.get()).isGreaterThan(2);
    }

    @Test
    void anErrorEndsTheProcessAndTheLoop() throws InterruptedException {
        BlockingQueue<Throwable> ends = new LinkedBlockingQueue<>();
        Error error = new OutOfMemoryError("Java heap space");
        Loop loop = new Loop(
                "loop",
                () -> {
                    counted(1);
                    throw error;
                },
                Duration.ZERO,
                0);
        Halt.Replacement replaced = Halt.replace(ends::add);
        try {
            loop.start();
            assertThat(ends.take()).isSameAs(error);
            loop.stop();
        } finally {
            replaced.close();
        }
        assertThat(rounds).hasSize(1);
    }

    @Test
    void wakingEndsThePauseNowOrAsSoonAsItBegins() throws InterruptedException {
        CountDownLatch mayEnd = new CountDownLatch(1);
        Loop loop = new Loop(
                "loop",
                () -> {
                    counted(0);
                    mayEnd.await();
                    return 0;
                },
                FOR_EVER,
                0);
        loop.start();
        rounds.take();
        loop.wake();
        mayEnd.countDown();
        rounds.take();
        loop.wake();
        rounds.take();
        loop.stop();
    }

    @Test
    void itStartsAgainAfterAStop() throws InterruptedException {
        Loop loop = new Loop("loop", () -> counted(0), FOR_EVER, 0);
        for (int i = 0; i < 3; i++) {
            loop.start();
            assertThat(rounds.poll(10, TimeUnit.SECONDS)).isNotNull();
            loop.stop();
        }
        loop.stop();
    }

    private int counted(int found) {
        rounds.add(Thread.currentThread().getName());
        return found;
    }

    private int blocked(CountDownLatch never) throws InterruptedException {
        counted(0);
        try {
            never.await();
        } catch (InterruptedException e) {
            rounds.add("interrupted");
            throw e;
        }
        return 0;
    }
}
