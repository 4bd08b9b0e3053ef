package dev.connections.api.schedule;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/** When a connection is crawled: every so often, or at the times of a cron expression in UTC. */
public sealed interface CrawlSchedule {
    /** What a schedule must be, for people. */
    String EXPECTED =
            "must be an ISO 8601 duration of at least PT5M (PT24H, P7D) or a five-field cron expression in UTC"
                    + " (0 3 * * *); null for none";

    Duration SHORTEST = Duration.ofMinutes(5);
    Duration LONGEST = Duration.ofDays(3660);
    Pattern CRON = Pattern.compile("\\S+( \\S+){4}");

    /** Reads a schedule; null where the text is none. */
    static @Nullable CrawlSchedule parse(String text) {
        try {
            if (CRON.matcher(text).matches()) {
                CronExpression cron = CronExpression.parse("0 " + text);
                return cron.next(ZonedDateTime.now(ZoneOffset.UTC)) == null ? null : new At(cron);
            }
            Duration every = Duration.parse(text);
            return every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0 ? null : new Every(every);
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            return null;
        }
    }

    /** The time of the crawl after the given time, a little later by chance, so that not all connections crawl at once. */
    Instant after(Instant time);

    /** Every so often. */
    record Every(Duration every) implements CrawlSchedule {
        @Override
        public Instant after(Instant time) {
            return time.plus(every).plus(jitter(every.dividedBy(20)));
        }
    }

    /** At the times of a cron expression. */
    record At(CronExpression cron) implements CrawlSchedule {
        @Override
        public Instant after(Instant time) {
            ZonedDateTime next = cron.next(time.atZone(ZoneOffset.UTC));
            return next == null ? time.plus(LONGEST) : next.toInstant().plus(jitter(Duration.ofSeconds(30)));
        }
    }

    private static Duration jitter(Duration most) {
        long limit = Math.min(most.toMillis(), Duration.ofMinutes(10).toMillis());
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(limit));
    }
}
