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
import org.junit.jupiter.params.provider.CsvSource;
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

    @Test
    void aDayThatFitsOneOfTwoRestrictedDayFieldsSuffices() {
        // 1 March is a Sunday.
        assertThat(schedule("0 0 15 * 1").after(NOW))
                .isBetween(Instant.parse("2026-03-02T00:00:00Z"), Instant.parse("2026-03-02T00:00:30Z"));
        assertThat(schedule("0 0 1 * mon").after(NOW))
                .isBetween(Instant.parse("2026-03-01T00:00:00Z"), Instant.parse("2026-03-01T00:00:30Z"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *                | two runs can be 1 min apart",
                "*/4 * * * *              | two runs can be 4 min apart",
                "*/7 * * * *              | two runs can be 4 min apart",
                "59,1 * * * *             | two runs can be 2 min apart",
                "59,1 0,23 * * *          | two runs can be 2 min apart",
                "58,1 0,23 28,29 2 *      | two runs can be 3 min apart",
                "0 0 30 2 *               | never runs",
                "0 0 31 4,6,9,11 *        | never runs",
                "60 * * * *               | invalid minute '60'",
                "*/0 * * * *              | invalid minute '*/0'",
                "*/90 * * * *             | invalid minute '*/90'",
                "30-10 * * * *            | invalid minute '30-10'",
                "1, * * * *               | invalid minute '1,'",
                "0 24 * * *               | invalid hour '24'",
                "0 MON * * *              | invalid hour 'MON'",
                "0 0 0 * *                | invalid day of month '0'",
                "0 0 L * *                | invalid day of month 'L'",
                "0 0 15W * *              | invalid day of month '15W'",
                "0 0 ? * 1                | invalid day of month '?'",
                "0 0 1 13 *               | invalid month '13'",
                "0 0 1 JANFEB *           | invalid month 'JANFEB'",
                "0 0 1 MON *              | invalid month 'MON'",
                "0 0 * * 8                | invalid day of week '8'",
                "0 0 * * MON#1            | invalid day of week 'MON#1'",
                "0 \u0663 * * *          | invalid hour",
                "0 0 * * * *              | five fields",
                "0 0 * *                  | five fields",
                "@daily                   | ISO 8601",
                "P-1DT48H                 | ISO 8601",
                "-PT1H                    | ISO 8601",
                "PT\u0661\u0660H        | ISO 8601",
                "P1Y                      | ISO 8601",
                "P                        | ISO 8601",
                "PT                       | ISO 8601",
                "P1DT                     | ISO 8601",
                "pt5m                     | ISO 8601",
                "PT0S                     | ISO 8601",
                "PT4M59.9S                | the minimum between two runs is PT5M",
                "P3661D                   | the maximum between two runs is P3660D"
            })
    void aRefusalNamesWhatIsWrong(String text, String words) {
        assertThat(CrawlSchedule.problem(text))
                .hasValueSatisfying(problem -> assertThat(problem).contains(words));
        assertThat(CrawlSchedule.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PT5M",
                "P1D",
                "P1DT12H",
                "PT300.5S",
                "*/5 * * * *",
                "59,4 * * * *",
                // No two days in a row, so 23:58 and 00:01 never meet.
                "58,1 0,23 1 * *",
                "58,1 0,23 29 2 */7",
                "0 0 * * FRI-SUN",
                "0 0 * * sun",
                "0 0 * jan-Mar 7",
                "5/15 0 29 2 *",
                "0\t3  * * *"
            })
    void everyFormOfAScheduleIsAccepted(String text) {
        assertThat(CrawlSchedule.problem(text)).isEmpty();
    }

    private static CrawlSchedule schedule(String text) {
        return Objects.requireNonNull(CrawlSchedule.parse(text));
    }
}
