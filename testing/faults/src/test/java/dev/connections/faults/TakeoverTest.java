package dev.connections.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.faults.HeldRuns.Held;
import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.HistoryChecker;
import dev.connections.faults.history.TaskEvent;
import dev.connections.task.RunStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A worker is lost at work and nothing else is wrong: who takes its runs, how soon, what is published of it, and what becomes
 * of what it still writes.
 *
 * <p>{@code -Dtakeover.kills=20} kills that many workers instead of a few.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TakeoverTest {
    private static final int KILLS = Integer.getInteger("takeover.kills", 3);
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final List<String> KEYS = List.of("one", "two", "three");

    private final History history = new History();
    private ServiceUnderFaults service;
    private Source source;
    private TopicReader topics;
    private Api api;
    private Survey survey;
    private HeldRuns runs;

    /** How a worker is lost, and comes back. */
    enum Loss {
        STOPPED {
            @Override
            void begin(Member worker) throws InterruptedException {
                worker.child().pause();
            }
        },
        CUT_OFF_FROM_THE_DATABASE {
            @Override
            void begin(Member worker) {
                worker.postgres.become(TcpProxy.State.SILENT);
            }
        },
        CUT_OFF_FROM_THE_DATABASE_AND_KAFKA {
            @Override
            void begin(Member worker) {
                worker.postgres.become(TcpProxy.State.SILENT);
                worker.kafka.become(TcpProxy.State.SILENT);
            }
        };

        abstract void begin(Member worker) throws InterruptedException;

        static void end(Member worker) throws InterruptedException {
            worker.postgres.become(TcpProxy.State.OPEN);
            worker.kafka.become(TcpProxy.State.OPEN);
            worker.child().resume();
        }
    }

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        service = new ServiceUnderFaults(folder, 1, 2);
        // The last one's crawls would be parents, which no worker holds.
        source = new Source(folder.resolve("source"), List.of("one", "two", "three", "unused"));
        topics = new TopicReader(service.kafkaServers(), history);
        api = new Api(service.apis, service.token, history);
        survey = new Survey(service, api, source, topics, history);
        runs = new HeldRuns(service.postgres);
        for (String key : KEYS) {
            api.create("/api/connections", source.connection(key));
        }
    }

    @AfterAll
    void stop() {
        topics.close();
        service.close();
        source.close();
    }

    @Test
    void theRunsOfAKilledWorkerAreRunningElsewhereLongBeforeTheirLeasesEnd() throws Exception {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < KILLS; i++) {
            times.add(kill());
        }
        times.sort(Comparator.naturalOrder());
        System.out.println("from a worker's kill until all its runs are RUNNING elsewhere: median "
                + times.get(times.size() / 2) + " ms of " + KILLS + " kills; in ms: " + times);
        assertThat(HistoryChecker.check(history.entries())).isEmpty();
    }

    /** Kills the worker with the most runs, and returns the milliseconds until those are RUNNING elsewhere. */
    private long kill() throws Exception {
        // Nobody's work ends before the source answers again.
        source.proxy.become(TcpProxy.State.SILENT);
        Member victim;
        List<Held> held;
        long time;
        try {
            ask("CRAWL");
            ask("VALIDATE");
            await().atMost(LIMIT).until(() -> runs.held().size() == 2 * KEYS.size());
            victim = busiest();
            held = runs.of(victim.workerId());
            long killedAt = System.nanoTime();
            victim.child().kill();
            runs.extendLeases(victim.workerId());
            awaitTakeover(victim, held);
            time = millisSince(killedAt);
        } finally {
            source.proxy.become(TcpProxy.State.OPEN);
        }
        victim.start();
        survey.awaitEnds(LIMIT);
        held.forEach(this::assertPublishedOnce);
        await().atMost(LIMIT).until(victim::isReady);
        return time;
    }

    @ParameterizedTest
    @EnumSource
    void aWorkerThatComesBackAfterItsLeaseChangesNothingStopsItsWorkAndGoesOnServing(Loss loss) throws Exception {
        Member lost;
        List<Held> held;
        try (CatalogLocks locks = new CatalogLocks(service.postgres, KEYS)) {
            ask("CRAWL");
            await().atMost(LIMIT).until(() -> KEYS.stream().allMatch(key -> locks.waiting(key) == 1));
            lost = busiest();
            held = runs.of(lost.workerId());
            assertThat(held).as("of three runs one of two workers has two").hasSizeGreaterThan(1);
            for (String key : KEYS) {
                source.addTable(key);
            }
            long lostAt = System.nanoTime();
            loss.begin(lost);
            try {
                awaitTakeover(lost, held);
                System.out.println("from the loss of a worker (" + loss + ") until its runs are RUNNING elsewhere: "
                        + millisSince(lostAt) + " ms with a lease of " + ServiceUnderFaults.LEASE);
                for (Held run : held) {
                    await().atMost(LIMIT).until(() -> locks.waiting(run.connectionKey()) == 2);
                }
                // The lost worker's merge is the first to go on with this one, and the other two still wait.
                locks.release(held.getFirst().connectionKey());
            } finally {
                Loss.end(lost);
            }
            for (Held run : held.subList(1, held.size())) {
                await("the work that was lost stops")
                        .atMost(LIMIT)
                        .until(() -> locks.waiting(run.connectionKey()) == 1);
            }
        }
        survey.awaitEnds(LIMIT);
        held.forEach(this::assertPublishedOnce);
        for (Held run : held) {
            assertThat(survey.catalog(run.connectionKey()))
                    .as("the catalog has what the run's last worker found, not what the lost one did")
                    .isEqualTo(source.objects(run.connectionKey()));
        }
        awaitServing(lost);
        assertThat(HistoryChecker.check(history.entries())).isEmpty();
    }

    private void ask(String type) throws InterruptedException {
        for (String key : KEYS) {
            api.expect(201, "POST", "/api/connections/" + key + "/tasks", Map.of("type", type));
        }
    }

    /** The worker that executes the most runs. */
    private Member busiest() {
        return service.workers.stream()
                .max(Comparator.comparingInt(
                        worker -> runs.of(worker.workerId()).size()))
                .orElseThrow();
    }

    private void awaitTakeover(Member from, List<Held> held) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(5)).until(() -> {
            List<Held> now = runs.held();
            return held.stream()
                    .allMatch(before -> now.stream()
                            .anyMatch(after -> after.runId().equals(before.runId())
                                    && after.epoch() > before.epoch()
                                    && !after.workerId().equals(from.workerId())));
        });
    }

    private static long millisSince(long nanoTime) {
        return Duration.ofNanos(System.nanoTime() - nanoTime).toMillis();
    }

    private void assertPublishedOnce(Held run) {
        List<TaskEvent> events = history.entries().stream()
                .filter(Delivery.class::isInstance)
                .map(entry -> ((Delivery) entry).event())
                .filter(event -> event.taskId().equals(run.taskId()))
                .distinct()
                .sorted(Comparator.comparingInt(TaskEvent::sequence))
                .toList();
        assertThat(events)
                .extracting(TaskEvent::status)
                .containsExactly(RunStatus.PENDING, RunStatus.RUNNING, RunStatus.RUNNING, RunStatus.SUCCEEDED);
        assertThat(events).extracting(TaskEvent::sequence).containsExactly(1, 2, 3, 4);
        assertThat(events).extracting(TaskEvent::runId).containsOnly(run.runId());
    }

    private void awaitServing(Member worker) {
        long before = runs.succeededBy(worker.workerId());
        await().atMost(LIMIT).until(() -> {
            ask("VALIDATE");
            survey.awaitEnds(LIMIT);
            return runs.succeededBy(worker.workerId()) > before;
        });
    }
}
