package dev.connections.api.database.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class LongWorkTest {
    private static final Duration SHORT = Duration.ofMillis(10);

    @Test
    void aQuarterOfThePoolIsForLongWorkAndTheNextIsRefused() {
        LongWork work = new LongWork(4, SHORT);
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch atWork = new CountDownLatch(1);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> work.of(() -> {
            atWork.countDown();
            await(mayEnd);
            return "done";
        }));
        await(atWork);
        assertThatExceptionOfType(BusyException.class).isThrownBy(() -> work.of(() -> "refused"));
        mayEnd.countDown();
        assertThat(first.join()).isEqualTo("done");
        assertThat(work.of(() -> "next")).isEqualTo("next");
    }

    @Test
    void workWithinWorkNeedsNoPlaceOfItsOwnAndAFailureGivesItBack() {
        LongWork work = new LongWork(4, SHORT);
        assertThat(work.of(() -> work.of(LongWork::isAtWork))).isTrue();
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> work.of(() -> {
                    throw new IllegalStateException("the work failed");
                }));
        assertThat(work.of(() -> "next")).isEqualTo("next");
        assertThat(LongWork.isAtWork()).isFalse();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
