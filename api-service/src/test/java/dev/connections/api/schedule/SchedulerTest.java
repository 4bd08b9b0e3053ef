package dev.connections.api.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.api.RunningApi;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The service's own scheduler runs beside these, which is as it is with several replicas. */
class SchedulerTest {
    private final RunningApi api = RunningApi.get();
    private final Scheduler scheduler = api.bean(Scheduler.class);
    private final String path = api.newConnection();
    private final String key = path.substring(path.lastIndexOf('/') + 1);

    @Test
    void aConnectionThatMissedManyCrawlsIsCrawledOnce() {
        makeDue("interval '30 days'");
        awaitRescheduled();
        scheduler.runOnce();
        assertThat(tasks()).containsExactly("CRAWL SCHEDULED PENDING");
        assertThat(next("between now() + interval '23 hours' and now() + interval '25 hours'"))
                .isTrue();
    }

    @Test
    void schedulersThatLookAtOnceCreateOneCrawl() {
        makeDue("interval '1 second'");
        CompletableFuture<?>[] rounds = Stream.generate(() -> CompletableFuture.runAsync(scheduler::runOnce))
                .limit(8)
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(rounds).join();
        awaitRescheduled();
        assertThat(tasks()).containsExactly("CRAWL SCHEDULED PENDING");
    }

    @Test
    void aCrawlThatIsInFlightTakesThePlaceOfTheScheduledOne() {
        api.post(path + "/tasks", "{\"type\": \"CRAWL\"}").is(201);
        makeDue("interval '1 second'");
        awaitRescheduled();
        assertThat(tasks()).containsExactly("CRAWL MANUAL PENDING");
    }

    @Test
    void soDoesACrawlOfAllOfItThatIsMoreThanTheScheduledOneWouldBe() {
        api.post(path + "/tasks", "{\"type\": \"CRAWL\", \"input\": {\"includeInactive\": true}}")
                .is(201);
        makeDue("interval '1 second'");
        awaitRescheduled();
        assertThat(tasks()).containsExactly("CRAWL MANUAL PENDING");
    }

    @Test
    void anUnhealthyConnectionIsValidatedFirst() {
        api.setState(path, "UNHEALTHY");
        makeDue("interval '1 second'");
        awaitRescheduled();
        assertThat(tasks()).containsExactly("VALIDATE SCHEDULED PENDING");
    }

    @Test
    void anInactiveConnectionIsNotCrawledUntilItIsActivatedAgain() {
        api.post(path + "/deactivate", null).is(200);
        assertThat(next("is null")).isTrue();
        makeDue("interval '1 second'");
        scheduler.runOnce();
        assertThat(tasks()).isEmpty();
        api.post(path + "/activate", null).is(200);
        assertThat(next("> now() + interval '1 hour'")).isTrue();
    }

    @Test
    void aConnectionWithoutAScheduleIsCrawledOnRequestOnly() {
        api.patch(path, "{\"settings\": {\"crawl\": {\"schedule\": null}}}").is(200);
        assertThat(next("is null")).isTrue();
    }

    private void makeDue(String ago) {
        api.database()
                .sql("update connection set next_crawl_at = now() - " + ago + " where connection_key = :key")
                .param("key", key)
                .update();
    }

    /** Whoever of all schedulers is the one that takes the connection. */
    private void awaitRescheduled() {
        await().until(() -> {
            scheduler.runOnce();
            return next("> now()");
        });
    }

    private boolean next(String condition) {
        return api.database()
                .sql("select next_crawl_at " + condition + " from connection where connection_key = :key")
                .param("key", key)
                .query((row, i) -> row.getBoolean(1))
                .single();
    }

    private List<String> tasks() {
        return api.database()
                .sql("select type || ' ' || trigger || ' ' || status from task where connection_key = :key")
                .param("key", key)
                .query((row, i) -> row.getString(1))
                .list();
    }
}
