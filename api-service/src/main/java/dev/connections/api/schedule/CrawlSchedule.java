package dev.connections.api.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The times at which a connection is crawled: a fixed interval, or a cron expression in UTC. */
public sealed interface CrawlSchedule {
    Duration SHORTEST = Duration.ofMinutes(5);
    Duration LONGEST = Duration.ofDays(3660);
    /** ISO 8601 without the parts whose length varies (years, months) and without signs. */
    Pattern DURATION = Pattern.compile(
            "P(?=[0-9T])([0-9]{1,9}D)?(T(?=[0-9])([0-9]{1,9}H)?([0-9]{1,9}M)?([0-9]{1,9}(\\.[0-9]{1,9})?S)?)?");

    /** Parses a schedule; null if the text is not one. */
    static @Nullable CrawlSchedule parse(String text) {
        try {
            return read(text);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Returns what is wrong with the text of a schedule, for people; empty if it is valid. */
    static Optional<String> problem(String text) {
        try {
            read(text);
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Parses an ISO 8601 duration of days, hours, minutes and seconds; null if the text is not one or is zero. */
    static @Nullable Duration positiveDuration(String text) {
        Duration duration = DURATION.matcher(text).matches() ? Duration.parse(text) : Duration.ZERO;
        return duration.isPositive() ? duration : null;
    }

    private static CrawlSchedule read(String text) {
        Duration every = positiveDuration(text);
        if (every != null) {
            return new Every(requireBounds(every));
        }
        if (!text.contains(" ") && !text.contains("*")) {
            throw new IllegalArgumentException(
                    "must be a positive ISO 8601 duration of days, hours, minutes and seconds"
                            + " (PT24H, P7D) or a five-field cron expression in UTC (0 3 * * *), or null for no schedule");
        }
        Cron cron = Cron.parse(text);
        if (cron.next(LocalDateTime.now(ZoneOffset.UTC)) == null) {
            throw new IllegalArgumentException(
                    "never runs: none of its months has such a day; choose another day or month");
        }
        Duration gap = cron.shortestGap();
        if (gap.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException(
                    "runs too often: two runs can be " + gap.toMinutes() + " min apart; the minimum is 5 min");
        }
        return new At(cron);
    }

    private static Duration requireBounds(Duration every) {
        if (every.compareTo(SHORTEST) < 0) {
            throw new IllegalArgumentException("runs too often: the minimum between two runs is PT5M");
        }
        if (every.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("runs too rarely: the maximum between two runs is P3660D");
        }
        return every;
    }

    /** The next crawl after the given time, with jitter, so that not all connections crawl at once. */
    Instant after(Instant time);

    /** A fixed interval. */
    record Every(Duration every) implements CrawlSchedule {
        @Override
        public Instant after(Instant time) {
            return time.plus(every).plus(jitter(every.dividedBy(20)));
        }
    }

    /** At the times of a cron expression. */
    record At(Cron cron) implements CrawlSchedule {
        @Override
        public Instant after(Instant time) {
            LocalDateTime next = cron.next(LocalDateTime.ofInstant(time, ZoneOffset.UTC));
            return next == null
                    ? time.plus(LONGEST)
                    : next.toInstant(ZoneOffset.UTC).plus(jitter(Duration.ofSeconds(30)));
        }
    }

    private static Duration jitter(Duration most) {
        long limit = Math.min(most.toMillis(), Duration.ofMinutes(10).toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(limit));
    }
}
