package dev.connections.api.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrawlScheduleTest {
    private static final Instant NOW = Instant.parse("2026-02-28T22:10:00Z");

    @Test
    void aDurationCountsFromTheTimeGiven() {
        assertThat(schedule("PT24H").after(NOW))
                .isBetween(NOW.plus(Duration.ofHours(24)), NOW.plus(Duration.ofHours(25)));
        assertThat(schedule("PT5M").after(NOW))
                .isBetween(NOW.plus(Duration.ofMinutes(5)), NOW.plus(Duration.ofMinutes(6)));
    }

    @Test
    void aCronExpressionIsInUtc() {
        assertThat(schedule("30 3 * * *").after(NOW))
                .isBetween(Instant.parse("2026-03-01T03:30:00Z"), Instant.parse("2026-03-01T03:30:30Z"));
        assertThat(schedule("0 0 29 2 *").after(NOW))
                .isBetween(Instant.parse("2028-02-29T00:00:00Z"), Instant.parse("2028-02-29T00:00:30Z"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT24H", "0 3 * * *"})
    void aThousandEqualSchedulesDoNotStartInOneSecond(String text) {
        Map<Long, Long> bySecond = Stream.generate(
                        () -> schedule(text).after(NOW).getEpochSecond())
                .limit(1000)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(Collections.max(bySecond.values())).isLessThan(100);
    }

    private static CrawlSchedule schedule(String text) {
        return Objects.requireNonNull(CrawlSchedule.parse(text));
    }
}
