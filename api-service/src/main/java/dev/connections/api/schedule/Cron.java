package dev.connections.api.schedule;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A five-field cron expression: minute, hour, day of month, month, day of week.
 *
 * <p>Days follow Vixie cron, as pg_cron does: if both day fields are restricted, a day must match only one of them. A
 * day field that begins with {@code *}, including {@code *}{@code /2}, is not restricted; then a day must match both.
 * (In Kubernetes, {@code *}{@code /2} is restricted.) A step after a single value extends to the maximum: {@code 5/15}
 * is {@code 5-59/15}.
 *
 * @param either whether a day must match only one of the two day fields
 */
record Cron(long minutes, long hours, long days, long months, long weekdays, boolean either) {
    private static final Pattern FIELD = Pattern.compile("[^ \t]+");
    private static final int HOURS = 24;
    private static final int MINUTES = 60;
    /** Leap days on one day of the week are up to 40 years apart. */
    private static final int LONGEST_WAIT_DAYS = 41 * 366;

    /** After 400 years the calendar repeats, days of the week included. */
    private static final LocalDate CYCLE_START = LocalDate.of(2000, 1, 1);

    private static final LocalDate CYCLE_END = CYCLE_START.plusYears(400);

    /**
     * Parses an expression.
     *
     * @throws IllegalArgumentException with the error, if the text is not valid
     */
    static Cron parse(String text) {
        List<String> fields =
                FIELD.matcher(text).results().map(MatchResult::group).toList();
        if (fields.size() != CronField.values().length) {
            throw new IllegalArgumentException(
                    "must have five fields as a cron expression (minute, hour, day of month, month, day of week); it has "
                            + fields.size());
        }
        return new Cron(
                CronField.MINUTE.parse(fields.get(0)),
                CronField.HOUR.parse(fields.get(1)),
                CronField.DAY_OF_MONTH.parse(fields.get(2)),
                CronField.MONTH.parse(fields.get(3)),
                CronField.DAY_OF_WEEK.parse(fields.get(4)),
                !fields.get(2).startsWith("*") && !fields.get(4).startsWith("*"));
    }

    /** The first time after the given one; null if there is none. */
    @Nullable
    LocalDateTime next(LocalDateTime time) {
        LocalDate today = time.toLocalDate();
        int earliest = time.getHour() * MINUTES + time.getMinute() + 1;
        for (int wait = 0; wait <= LONGEST_WAIT_DAYS; wait++) {
            LocalDate day = today.plusDays(wait);
            int minute = fits(day) ? minuteFrom(wait == 0 ? earliest : 0) : -1;
            if (minute >= 0) {
                return day.atTime(minute / MINUTES, minute % MINUTES);
            }
        }
        return null;
    }

    /** The shortest possible time between two runs. */
    Duration shortestGap() {
        int first = minuteFrom(0);
        int last = first;
        int shortest = Integer.MAX_VALUE;
        for (int minute = minuteFrom(first + 1); minute >= 0; minute = minuteFrom(minute + 1)) {
            shortest = Math.min(shortest, minute - last);
            last = minute;
        }
        int overMidnight = first + HOURS * MINUTES - last;
        if (overMidnight < shortest && fitsConsecutiveDays()) {
            shortest = overMidnight;
        }
        return Duration.ofMinutes(shortest);
    }

    private boolean fitsConsecutiveDays() {
        boolean before = false;
        for (LocalDate day = CYCLE_START; !day.isAfter(CYCLE_END); day = day.plusDays(1)) {
            boolean now = fits(day);
            if (before && now) {
                return true;
            }
            before = now;
        }
        return false;
    }

    private boolean fits(LocalDate day) {
        boolean inMonth = has(days, day.getDayOfMonth());
        boolean inWeek = has(weekdays, day.getDayOfWeek().getValue() % DayOfWeek.SUNDAY.getValue());
        return has(months, day.getMonthValue()) && (either ? inMonth || inWeek : inMonth && inWeek);
    }

    /** The first minute of the day at which it runs, at or after the given one; -1 if there is none. */
    private int minuteFrom(int earliest) {
        for (int minute = earliest; minute < HOURS * MINUTES; minute++) {
            if (has(hours, minute / MINUTES) && has(minutes, minute % MINUTES)) {
                return minute;
            }
        }
        return -1;
    }

    private static boolean has(long values, int value) {
        return ((values >> value) & 1) == 1;
    }
}
