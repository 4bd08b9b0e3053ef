package dev.connections.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RetryPolicyTest {
    private static final RetryPolicy POLICY = new RetryPolicy(Duration.ofSeconds(10));

    @ParameterizedTest
    @CsvSource({"MANUAL, 3", "SCHEDULED, 5", "SYSTEM, 5"})
    void workIsTriedAsOftenAsItsTriggerAllows(TaskTrigger trigger, int attempts) {
        assertThat(POLICY.triesAgainAfter(1, trigger)).isTrue();
        assertThat(POLICY.triesAgainAfter(attempts - 1, trigger)).isTrue();
        assertThat(POLICY.triesAgainAfter(attempts, trigger)).isFalse();
    }

    @RepeatedTest(100)
    void theWaitDoublesAndDiffersByAFifthAtMost() {
        assertThat(POLICY.backoffAfter(1)).isBetween(Duration.ofSeconds(8), Duration.ofSeconds(12));
        assertThat(POLICY.backoffAfter(2)).isBetween(Duration.ofSeconds(16), Duration.ofSeconds(24));
        assertThat(POLICY.backoffAfter(4)).isBetween(Duration.ofSeconds(64), Duration.ofSeconds(96));
    }

    @Test
    void theWaitIsNeverMoreThanAnHour() {
        assertThat(new RetryPolicy(Duration.ofMinutes(59)).backoffAfter(4)).isEqualTo(Duration.ofHours(1));
        assertThat(POLICY.backoffAfter(5000)).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void aWaitThatNoRetryCanHaveIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(Duration.ofSeconds(-1)))
                .withMessageContaining("connections.worker.retry-backoff");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetryPolicy(Duration.ofHours(2)))
                .withMessageContaining("between 0s and 1h");
    }

    @Test
    void thePropertyThatTheWorkerAlwaysHadSetsTheWait() {
        assertThat(bound(Map.of("connections.worker.retry-backoff", "3s")))
                .isEqualTo(new RetryPolicy(Duration.ofSeconds(3)));
        assertThat(bound(Map.of())).isEqualTo(POLICY);
    }

    private static RetryPolicy bound(Map<String, String> properties) {
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("connections.worker", RetryPolicy.class);
    }
}
