package dev.connections.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.faults.history.Entry.Answer;
import dev.connections.faults.history.Entry.Delivery;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.faults.history.HistoryChecker;
import dev.connections.faults.history.TaskEvent;
import dev.connections.task.RunStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One fault at a time, on purpose and under load, where the suite by lot would meet it only now and then. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProcessesTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** The grace of a stop, as this service promises it. */
    private static final long STOP_LIMIT_S = 30;

    private static final List<String> KEYS = List.of("one", "two", "three", "four");

    /** How pgjdbc, PostgreSQL and the pool say that they gave up waiting. */
    private static final Pattern OWN_LIMITS =
            Pattern.compile("request timed out after|due to statement timeout|due to lock timeout|Read timed out");

    private final History history = new History();
    private ServiceUnderFaults service;
    private Source source;
    private TopicReader topics;
    private Api api;
    private List<Thread> clients = List.of();
    private CountDownLatch stop = new CountDownLatch(0);
    private Instant begun = Instant.now();

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        service = new ServiceUnderFaults(folder, 2, 2);
        source = new Source(folder.resolve("source"), KEYS);
        topics = new TopicReader(service.kafkaServers(), history);
        api = new Api(service.apis, service.token, history);
        for (String key : KEYS) {
            api.create("/api/connections", source.connection(key));
        }
    }

    @BeforeEach
    void load() {
        begun = Instant.now();
        stop = new CountDownLatch(1);
        clients = Stream.of("VALIDATE", "CRAWL")
                .map(type -> Thread.ofPlatform().name(type).start(() -> ask(type)))
                .toList();
    }

    @AfterEach
    void endLoad() throws InterruptedException {
        stop.countDown();
        for (Thread client : clients) {
            client.join();
        }
    }

    @AfterAll
    void stop() {
        topics.close();
        service.close();
        source.close();
    }

    @Test
    void whenEveryProcessIsRestartedInTurnNoTaskFailsAndNoClientMeetsMoreThanAClosedPort() throws Exception {
        for (Member member : service.members().toList()) {
            assertThat(member.child().terminate(STOP_LIMIT_S))
                    .as(member.name + " ends in time")
                    .isTrue();
            member.start();
            await().atMost(LIMIT).until(member::isReady);
        }
        awaitEnds();
        List<Exchange> failed = exchanges().stream()
                .filter(exchange -> exchange.status() < 200 || exchange.status() > 499)
                .toList();
        for (Exchange each : failed) {
            assertThatTheDatabaseWasSlow(each);
        }
        assertThat(exchanges()).hasSizeGreaterThan(50 * (1 + failed.size()));
        assertThat(events()).hasSizeGreaterThan(50).allSatisfy(event -> {
            assertThat(event.attempt()).isEqualTo(1);
            assertThat(event.status()).isNotIn(RunStatus.FAILED, RunStatus.CANCELED);
        });
        assertThat(HistoryChecker.check(history.entries())).isEmpty();
    }

    @Test
    void aWorkerThatStoodStillBeyondItsLeaseChangesNothingAndGoesOnServing() throws Exception {
        Member stopped = service.workers.getFirst();
        Set<UUID> held = pauseAtWork(stopped);
        // The other worker has ended all that this one had begun.
        await().atMost(LIMIT).until(() -> service.runsOf(stopped.workerId()).isEmpty());
        stopped.child().resume();
        await().atMost(LIMIT).until(() -> !service.runsOf(stopped.workerId()).isEmpty());
        awaitEnds();
        for (UUID run : held) {
            assertThat(events())
                    .filteredOn(event -> event.runId().equals(run) && event.previousStatus() == RunStatus.RUNNING)
                    .extracting(TaskEvent::status)
                    .as("run " + run + " is taken over, which one event reports, and ends once")
                    .containsExactly(RunStatus.RUNNING, RunStatus.SUCCEEDED);
        }
        assertThat(HistoryChecker.check(history.entries())).isEmpty();
    }

    @ParameterizedTest(name = "from the database {0}, from Kafka {1}")
    @CsvSource({"true, false", "false, true", "true, true"})
    void aWorkerThatIsCutOffLeavesItsRunsToOthersAndGoesOnWhenItIsBack(boolean fromDatabase, boolean fromKafka)
            throws Exception {
        Member cut = service.workers.getLast();
        await().atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !service.runsOf(cut.workerId()).isEmpty());
        if (fromDatabase) {
            cut.postgres.become(TcpProxy.State.SILENT);
        }
        if (fromKafka) {
            cut.kafka.become(TcpProxy.State.SILENT);
        }
        try {
            await().atMost(LIMIT).until(() -> service.runsOf(cut.workerId()).isEmpty());
            Instant alone = Instant.now();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(events())
                            .filteredOn(
                                    event -> event.occurredAt().isAfter(alone) && event.status() == RunStatus.SUCCEEDED)
                            .hasSizeGreaterThan(10));
        } finally {
            cut.postgres.become(TcpProxy.State.OPEN);
            cut.kafka.become(TcpProxy.State.OPEN);
        }
        await().atMost(LIMIT).until(() -> !service.runsOf(cut.workerId()).isEmpty());
        awaitEnds();
        assertThat(HistoryChecker.check(history.entries())).isEmpty();
    }

    /** What happens to a worker in the middle of a merge. */
    enum InsideAMerge {
        /** It stands still until the server ends its session, and goes on then. */
        STOPPED,
        CUT_OFF,
        KILLED
    }

    @ParameterizedTest
    @EnumSource(InsideAMerge.class)
    void whateverHappensToAWorkerInsideAMergeNoRunFails(InsideAMerge what) throws Exception {
        Member worker;
        try (Connection other = service.postgres.connect(ServiceUnderFaults.DATABASE)) {
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                // Every merge goes on to its first write, and waits there.
                statement.execute("lock table data_object in share mode");
            }
            await().atMost(LIMIT).until(() -> service.inMerge().isPresent());
            worker = service.inMerge().orElseThrow();
            switch (what) {
                case STOPPED -> worker.child().pause();
                case CUT_OFF -> worker.postgres.become(TcpProxy.State.REFUSING);
                case KILLED -> worker.child().kill();
            }
            other.rollback();
        }
        switch (what) {
            case STOPPED -> {
                await().atMost(LIMIT).until(() -> service.idleInTransaction() > 0);
                await().atMost(LIMIT).until(() -> service.idleInTransaction() == 0);
                worker.child().resume();
            }
            case CUT_OFF -> {
                await().atMost(LIMIT)
                        .until(() -> service.runsOf(worker.workerId()).isEmpty());
                worker.postgres.become(TcpProxy.State.OPEN);
            }
            case KILLED -> worker.start();
        }
        await().atMost(LIMIT).until(worker::isReady);
        awaitEnds();
        assertThat(events())
                .filteredOn(event -> event.status() == RunStatus.FAILED)
                .isEmpty();
        assertThat(events()).extracting(TaskEvent::status).contains(RunStatus.SUCCEEDED);
        assertThat(HistoryChecker.check(history.entries())).isEmpty();
    }

    /**
     * On a machine whose processors are taken, PostgreSQL may answer later than a request waits, with or without a restart.
     * The API knows which of its time limits ended the request, and a pool that was closed too early is none.
     */
    private void assertThatTheDatabaseWasSlow(Exchange failed) throws IOException {
        Answer answer = Objects.requireNonNull(failed.answer(), () -> "no answer: " + failed);
        String id = Objects.requireNonNull(answer.headers().get("x-request-id"));
        StringBuilder logged = new StringBuilder();
        for (Member api : service.apis) {
            logged.append(api.logged(id));
        }
        assertThat(failed.status()).as(failed + "\n" + logged).isEqualTo(503);
        assertThat(answer.headers()).containsKey("retry-after");
        assertThat(answer.body().path("detail").asString()).contains("Nothing was changed");
        assertThat(logged.toString()).containsPattern(OWN_LIMITS);
    }

    /** Stops a worker while it executes runs, and returns those. */
    private Set<UUID> pauseAtWork(Member worker) throws InterruptedException {
        while (true) {
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !service.runsOf(worker.workerId()).isEmpty());
            worker.child().pause();
            // What it had sent before is committed now, or never; nothing of it is under way on one machine.
            Set<UUID> held = service.runsOf(worker.workerId());
            if (!held.isEmpty()) {
                return held;
            }
            worker.child().resume();
        }
    }

    private void ask(String type) {
        try {
            for (int i = 0; !stop.await(60, TimeUnit.MILLISECONDS); i++) {
                api.send("POST", "/api/connections/" + KEYS.get(i % KEYS.size()) + "/tasks", Map.of("type", type));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitEnds() throws Exception {
        endLoad();
        new Survey(service, api, source, topics, history).awaitEnds(LIMIT);
    }

    /** The requests since the test began. */
    private List<Exchange> exchanges() {
        return history.entries().stream()
                .filter(Exchange.class::isInstance)
                .map(Exchange.class::cast)
                .filter(exchange -> exchange.sentAt().isAfter(begun))
                .toList();
    }

    /** What was published since the test began, each event once. */
    private List<TaskEvent> events() {
        return history.entries().stream()
                .filter(Delivery.class::isInstance)
                .map(entry -> ((Delivery) entry).event())
                .filter(event -> event.occurredAt().isAfter(begun))
                .distinct()
                .toList();
    }
}
