package dev.connections.api.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Compares expressions made by chance with a matcher that looks at minute after minute of the days that fit. */
class CronTest {
    private static final int EXPRESSIONS = 400;
    private static final int HORIZON_MINUTES = 100 * 24 * 60;
    private static final int CALENDAR_DAYS = 30 * 366;

    private final Random random = new Random(20261125);

    @Test
    void theNextTimeIsTheFirstMinuteThatFits() {
        for (int i = 0; i < EXPRESSIONS; i++) {
            String text = expression();
            Cron cron = Cron.parse(text);
            LocalDateTime time = LocalDateTime.of(2026, 1, 1, 0, 0).plusMinutes(random.nextInt(5 * 366 * 24 * 60));
            for (int hit = 0; hit < 3; hit++) {
                LocalDateTime next = cron.next(time);
                LocalDateTime expected = firstAfter(text, time);
                if (expected == null) {
                    assertThat(next == null || next.isAfter(time.plusMinutes(HORIZON_MINUTES)))
                            .as("%s after %s: %s", text, time, next)
                            .isTrue();
                    break;
                }
                assertThat(next).as("%s after %s", text, time).isEqualTo(expected);
                time = expected;
            }
        }
    }

    @Test
    void theShortestGapIsTheShortestBetweenAnyTwoRuns() {
        for (int i = 0; i < EXPRESSIONS; i++) {
            String text = expression();
            if (Cron.parse(text).next(LocalDateTime.of(2026, 1, 1, 0, 0)) != null) {
                assertThat(Cron.parse(text).shortestGap()).as(text).isEqualTo(shortestGap(text));
            }
        }
    }

    private static @Nullable LocalDateTime firstAfter(String text, LocalDateTime time) {
        String[] fields = text.split(" ", -1);
        LocalDateTime end = time.plusMinutes(HORIZON_MINUTES);
        LocalDateTime minute = time.plusMinutes(1);
        while (!minute.isAfter(end)) {
            if (!runsOn(fields, minute.toLocalDate())) {
                minute = minute.toLocalDate().plusDays(1).atStartOfDay();
            } else if (runsAt(fields, minute.getHour(), minute.getMinute())) {
                return minute;
            } else {
                minute = minute.plusMinutes(1);
            }
        }
        return null;
    }

    /** Within a day, and from one day to the next; over a whole day apart is the same for all that follows. */
    private static Duration shortestGap(String text) {
        String[] fields = text.split(" ", -1);
        List<Integer> minutes = new ArrayList<>(IntStream.range(0, 24 * 60)
                .filter(minute -> runsAt(fields, minute / 60, minute % 60))
                .boxed()
                .toList());
        LocalDate start = LocalDate.of(2020, 1, 1);
        if (IntStream.range(0, CALENDAR_DAYS)
                .mapToObj(start::plusDays)
                .anyMatch(day -> runsOn(fields, day) && runsOn(fields, day.plusDays(1)))) {
            minutes.add(minutes.get(0) + 24 * 60);
        }
        return Duration.ofMinutes(IntStream.range(1, minutes.size())
                .map(i -> minutes.get(i) - minutes.get(i - 1))
                .min()
                .orElse(Integer.MAX_VALUE));
    }

    private static boolean runsAt(String[] fields, int hour, int minute) {
        return fits(fields[0], minute, 0, 59) && fits(fields[1], hour, 0, 23);
    }

    private static boolean runsOn(String[] fields, LocalDate day) {
        int weekday = day.getDayOfWeek().getValue();
        boolean inMonth = fits(fields[2], day.getDayOfMonth(), 1, 31);
        boolean inWeek = fits(fields[4], weekday, 0, 7) || (weekday == 7 && fits(fields[4], 0, 0, 7));
        boolean star = fields[2].charAt(0) == '*' || fields[4].charAt(0) == '*';
        return fits(fields[3], day.getMonthValue(), 1, 12) && (star ? inMonth && inWeek : inMonth || inWeek);
    }

    private static boolean fits(String field, int value, int first, int last) {
        for (String item : field.split(",", -1)) {
            String[] stepped = item.split("/", -1);
            String[] range = stepped[0].equals("*") ? new String[] {"" + first, "" + last} : stepped[0].split("-", -1);
            int from = number(range[0]);
            int to = range.length > 1 ? number(range[1]) : from;
            int step = stepped.length > 1 ? Integer.parseInt(stepped[1]) : 1;
            if (value >= from && value <= to && (value - from) % step == 0) {
                return true;
            }
        }
        return false;
    }

    private static int number(String value) {
        int month = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC".indexOf(value.toUpperCase(java.util.Locale.ROOT));
        int weekday = "SUNMONTUEWEDTHUFRISAT".indexOf(value.toUpperCase(java.util.Locale.ROOT));
        return Character.isDigit(value.charAt(0)) ? Integer.parseInt(value) : month >= 0 ? month / 3 + 1 : weekday / 3;
    }

    private String expression() {
        return String.join(
                " ",
                field(0, 59, List.of(), 1),
                field(0, 23, List.of(), 2),
                field(1, 31, List.of(), 3),
                field(1, 12, List.of("Feb", "JUN", "dec"), 2),
                field(0, 7, List.of("mon", "SUN", "Sat"), 2));
    }

    private String field(int first, int last, List<String> names, int ofThreeStars) {
        if (random.nextInt(4) < ofThreeStars) {
            return "*";
        }
        return IntStream.rangeClosed(0, random.nextInt(3))
                .mapToObj(i -> item(first, last, names))
                .collect(Collectors.joining(","));
    }

    private String item(int first, int last, List<String> names) {
        int from = first + random.nextInt(last - first + 1);
        int to = from + random.nextInt(last - from + 1);
        int step = 1 + random.nextInt(last);
        return switch (random.nextInt(5)) {
            case 0 -> "*/" + step;
            case 1 -> from + "-" + to;
            case 2 -> from + "-" + to + "/" + step;
            case 3 -> names.isEmpty() ? "" + from : names.get(random.nextInt(names.size()));
            default -> "" + from;
        };
    }
}
