package dev.connections.api.schedule;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fields of a cron expression, in order. */
enum CronField {
    MINUTE("minute", 0, 59, 59, List.of()),
    HOUR("hour", 0, 23, 23, List.of()),
    DAY_OF_MONTH("day of month", 1, 31, 31, List.of()),
    MONTH(
            "month",
            1,
            12,
            12,
            List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
    /** Sunday is 0 and also 7. */
    DAY_OF_WEEK("day of week", 0, 6, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"));

    private static final Pattern ITEM =
            Pattern.compile("(?:(\\*)|([0-9]{1,2}|[A-Za-z]{3})(?:-([0-9]{1,2}|[A-Za-z]{3}))?)(?:/([0-9]{1,2}))?");

    private static final long EVERY_WEEKDAY = 0x7f;
    private static final int LONGEST_SHOWN = 20;

    private final String label;
    private final int first;
    private final int last;
    private final int highest;
    private final List<String> names;

    CronField(String label, int first, int last, int highest, List<String> names) {
        this.label = label;
        this.first = first;
        this.last = last;
        this.highest = highest;
        this.names = names;
    }

    /**
     * Parses a field; the result has a bit set for each value.
     *
     * @throws IllegalArgumentException with the error, if the text is not valid
     */
    long parse(String text) {
        long values = 0;
        for (String item : text.split(",", -1)) {
            Matcher matcher = ITEM.matcher(item);
            if (!matcher.matches()) {
                throw wrong(text);
            }
            values |= valuesOf(matcher, text);
        }
        return this == DAY_OF_WEEK ? (values | (values >> 7)) & EVERY_WEEKDAY : values;
    }

    private long valuesOf(Matcher item, String text) {
        boolean all = item.group(1) != null;
        boolean stepped = item.group(4) != null;
        int from = all ? first : valueOf(item.group(2), first, text);
        int to = all || stepped ? Math.max(last, from) : from;
        if (item.group(3) != null) {
            to = valueOf(item.group(3), from, text);
        }
        int step = stepped ? Integer.parseInt(item.group(4)) : 1;
        if (from < first || from > to || to > highest || step < 1 || step > highest) {
            throw wrong(text);
        }
        long values = 0;
        for (int value = from; value <= to; value += step) {
            values |= 1L << value;
        }
        return values;
    }

    /** The value of a number or name; as the end of a range, SUN is the Sunday after its start. */
    private int valueOf(String value, int atLeast, String text) {
        if (Character.isDigit(value.charAt(0))) {
            return Integer.parseInt(value);
        }
        String name = value.toUpperCase(Locale.ROOT);
        int index = names.indexOf(name) + first < atLeast ? names.lastIndexOf(name) : names.indexOf(name);
        if (index < 0) {
            throw wrong(text);
        }
        return index + first;
    }

    private IllegalArgumentException wrong(String text) {
        String shown = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
        return new IllegalArgumentException(
                "has an invalid " + label + " '" + shown + "': use *, " + first + "-" + highest
                        + (names.isEmpty() ? "" : ", names such as " + names.get(1))
                        + ", a range (a-b), a step (*/n or a-b/n) or a list of these");
    }
}
