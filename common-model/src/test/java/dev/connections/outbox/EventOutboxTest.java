package dev.connections.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.loop.DedicatedSession;
import dev.connections.task.ClaimedRun;
import dev.connections.task.NewTask;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.support.SendResult;

/** What one event, one connection or one stopped process may do to the others' events. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventOutboxTest {
    private static final int MANY = 20_000;

    private static final String ROWS_READ =
            "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) from pg_stat_xact_user_tables";

    private static final String CHUNKS_READ = """
            select sum(idx_tup_fetch) from pg_stat_xact_all_tables
             where relid = (select reltoastrelid from pg_class where oid = 'task_event'::regclass)
            """;

    private RelayFixture fixture;

    @BeforeAll
    void start() {
        fixture = new RelayFixture();
    }

    @BeforeEach
    void empty() {
        fixture.database.execute("truncate status_outbox, change_outbox, dead_event");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void anEventTooLargeToReadIsPutAsideAndTheLaterOnesOfItsTaskArrive() {
        UUID task = liveThrough(1);
        enlarge(task, 2, 3_000_000);
        publishAll(task);
        assertThat(fixture.sequences(task, 2)).containsExactly(1, 3);
        assertDead(task + "/2", "3000000 bytes");
        assertThat(fixture.database.count("dead_event where length(payload) = 3000000"))
                .isEqualTo(1);
    }

    @Test
    void anEventThatIsTooLargeWithItsHeadersIsPutAside() {
        UUID task = liveThrough(1);
        enlarge(task, 1, 1_048_570);
        publishAll(task);
        assertThat(fixture.sequences(task, 2)).containsExactly(2, 3);
        assertDead(task + "/1", "RecordTooLargeException");
    }

    @Test
    void anEventOfATopicThatCannotExistIsPutAsideAndCounted() throws Exception {
        fixture.change("c", 3);
        UUID object = UUID.randomUUID();
        fixture.database.execute("update change_outbox set key = ?", object.toString());
        double before = dead("no topic");
        fixture.database.execute("update change_outbox set topic = 'no topic' where event_id = 'c2'");
        try (EventRelay relay = fixture.changeRelay()) {
            assertThat(relay.runOnce()).isEqualTo(3);
        }
        assertThat(fixture.arrived(object, 2))
                .extracting(ConsumerRecord::value)
                .containsExactly("{\"n\": 1}", "{\"n\": 3}");
        assertDead("c2", "InvalidTopicException");
        assertThat(dead("no topic") - before).isEqualTo(1);
        assertThat(fixture.database.count("change_outbox")).isZero();
    }

    @Test
    void anEventWhoseTaskWasRemovedIsPutAside() {
        UUID task = liveThrough(1);
        fixture.database.execute("delete from task where id = ?", task);
        publishAll(task);
        assertThat(fixture.database.count("dead_event where reason like '%removed before it was published'"))
                .isEqualTo(3);
    }

    @Test
    void ofTheEventsOfAStatementThoseAreKeptThatKafkaHasNotTaken() throws Exception {
        List<UUID> tasks = createTogether(5);
        UUID late = tasks.get(2);
        UUID bad = tasks.get(3);
        enlarge(bad, 1, 3_000_000);
        Refusing refusing = new Refusing(fixture.template(), late);
        try (EventRelay relay = fixture.eventRelay(fixture.database.session("relay"), refusing)) {
            assertThat(relay.runOnce()).isEqualTo(4);
            assertThat(fixture.database
                            .jdbc
                            .sql("select unnest(tasks) from status_outbox")
                            .query(UUID.class)
                            .list())
                    .containsExactly(late);
            refusing.refuses = false;
            assertThat(relay.runOnce()).isEqualTo(1);
        }
        assertThat(fixture.database.count("status_outbox")).isZero();
        assertDead(bad + "/1", "3000000 bytes");
        for (UUID task : tasks) {
            if (!task.equals(bad)) {
                assertThat(fixture.sequences(task, 1)).containsExactly(1);
            }
        }
    }

    @Test
    void aStatementThatMovedMoreTasksThanARoundTakesIsPublishedInSeveral() throws Exception {
        List<UUID> tasks = createTogether(2_500);
        try (EventRelay relay = fixture.eventRelay("relay")) {
            assertThat(relay.runOnce()).isEqualTo(2_000);
            assertThat(fixture.database.count("status_outbox where cardinality(tasks) = 500"))
                    .isEqualTo(1);
            assertThat(relay.runOnce()).isEqualTo(500);
        }
        assertThat(fixture.database.count("status_outbox")).isZero();
        assertThat(fixture.counts(tasks).values()).hasSize(2_500).containsOnly(1L);
    }

    @Test
    void whatARoundReadsDoesNotGrowWithTheHistory() throws Exception {
        fixture.database.execute("""
                insert into task_event (task_id, sequence, payload)
                select gen_random_uuid(), 1, '{}' from generate_series(1, ?)""", MANY);
        fixture.database.execute("analyze task_event, status_outbox");
        List<UUID> tasks = createTogether(3);
        try (Connection session = fixture.database.postgres.connect("connections")) {
            session.setAutoCommit(false);
            assertThat(EventOutbox.STATUS.oldest(session, "", new EventOutbox.Bounds(2_000, 4 << 20, 1 << 20)))
                    .extracting(EventOutbox.Event::key)
                    .containsExactlyInAnyOrderElementsOf(
                            tasks.stream().map(UUID::toString).toList());
            try (Statement statement = session.createStatement();
                    ResultSet read = statement.executeQuery(ROWS_READ)) {
                read.next();
                assertThat(read.getLong(1)).isBetween(3L, 100L);
            }
        }
    }

    @Test
    void ofABacklogOfLargePayloadsARoundUnpacksOnlyTheFirst() throws Exception {
        List<UUID> tasks = createTogether(100);
        // Of 288 kB that hardly shrink, each in about 150 chunks.
        fixture.database.execute(
                "update task_event set payload = to_json((select string_agg(md5(random()::text || i), '')"
                        + " from generate_series(1, 9000) i)) where task_id = any(?)",
                (Object) tasks.toArray(UUID[]::new));
        try (Connection session = fixture.database.postgres.connect("connections")) {
            session.setAutoCommit(false);
            assertThat(EventOutbox.STATUS.oldest(session, "", new EventOutbox.Bounds(2_000, 4 << 20, 1 << 20)))
                    .hasSize(15)
                    .allSatisfy(event -> assertThat(event.size()).isEqualTo(288_002));
            try (Statement statement = session.createStatement();
                    ResultSet read = statement.executeQuery(CHUNKS_READ)) {
                read.next();
                assertThat(read.getLong(1)).isBetween(15 * 140L, 15 * 160L);
            }
        }
    }

    @Test
    void aRoundReadsOnlySoManyBytes() throws Exception {
        fixture.change("large", 20);
        fixture.database.execute("update change_outbox set payload = rpad(payload, 1000000)");
        try (EventRelay relay = fixture.changeRelay()) {
            assertThat(relay.runOnce()).isEqualTo(5);
            assertThat(relay.runOnce()).isEqualTo(5);
        }
        assertThat(fixture.database.count("change_outbox")).isEqualTo(10);
    }

    @Test
    void aCrawlThatChangedMuchLetsTheChangesOfOthersPassAndKeepsItsOwnOrder() throws Exception {
        fixture.change("big", MANY);
        fixture.change("small", 10);
        fixture.change("another", 10);
        String object = UUID.randomUUID().toString();
        fixture.database.execute("update change_outbox set key = ? where connection_key = 'small'", object);
        try (EventRelay relay = fixture.changeRelay()) {
            assertThat(relay.runOnce()).isBetween(20, 2_000);
            assertThat(fixture.database.count("change_outbox where connection_key <> 'big'"))
                    .isZero();
            assertThat(relay.runOnce()).isEqualTo(2_001);
        }
        assertThat(fixture.arrived(UUID.fromString(object), 10))
                .extracting(event -> event.value())
                .containsExactly(
                        "{\"n\": 1}",
                        "{\"n\": 2}",
                        "{\"n\": 3}",
                        "{\"n\": 4}",
                        "{\"n\": 5}",
                        "{\"n\": 6}",
                        "{\"n\": 7}",
                        "{\"n\": 8}",
                        "{\"n\": 9}",
                        "{\"n\": 10}");
    }

    @Test
    void everyConnectionHasItsTurnHoweverManyThereAre() throws Exception {
        for (int i = 0; i < 250; i++) {
            fixture.change("c-%03d".formatted(i), 30);
        }
        try (EventRelay relay = fixture.changeRelay()) {
            relay.runOnce();
            relay.runOnce();
        }
        assertThat(fixture.database.count("(select from change_outbox group by connection_key having count(*) = 30) c"))
                .isZero();
    }

    @Test
    void statusEventsDoNotWaitForChanges() throws Exception {
        fixture.change("big", MANY);
        UUID task = liveThrough(1);
        try (EventRelay relay = fixture.eventRelay("status relay")) {
            relay.runOnce();
        }
        assertThat(fixture.sequences(task, 3)).containsExactly(1, 2, 3);
        assertThat(fixture.database.count("change_outbox")).isEqualTo(MANY);
    }

    @Test
    void aRelayThatWasStoppedSendsNothingOfWhatAnotherHasSentMeanwhile() throws Exception {
        Stalling stalling = new Stalling(fixture.template());
        Duration idleLimit = Duration.ofSeconds(1);
        try (DedicatedSession session = fixture.database.session("stopped relay", idleLimit);
                EventRelay stopped = fixture.eventRelay(session, stalling);
                EventRelay other = fixture.eventRelay("other relay")) {
            stopped.runOnce();
            UUID first = fixture.database.create().taskId();
            TaskCommand second = fixture.database.create();
            CompletableFuture<Void> round = CompletableFuture.runAsync(() -> runOnce(stopped));
            stalling.begun.await();
            // As PostgreSQL ends the session of a process that is stopped, another leads.
            await().until(() ->
                    fixture.database.count("pg_stat_activity where application_name = 'stopped relay'") == 0);
            fixture.database.claim(second.runId(), "worker");
            fixture.publishAll(other, second.taskId());
            fixture.publishAll(other, first);
            stalling.mayEnd.countDown();
            await().until(round::isDone);
            assertThat(round).isCompletedExceptionally();
            assertThat(fixture.sequences(second.taskId(), 2)).containsExactly(1, 2);
        }
    }

    /** The first send takes as long as the test wants. */
    private static final class Stalling extends KafkaTemplate<String, String> {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch mayEnd = new CountDownLatch(1);

        Stalling(KafkaTemplate<String, String> kafka) {
            super(kafka.getProducerFactory());
        }

        @Override
        public CompletableFuture<SendResult<String, String>> send(ProducerRecord<String, String> record) {
            begun.countDown();
            try {
                mayEnd.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return super.send(record);
        }
    }

    /** Kafka does not take the events of one task for now. */
    private static final class Refusing extends KafkaTemplate<String, String> {
        private final String key;
        private volatile boolean refuses = true;

        Refusing(KafkaTemplate<String, String> kafka, UUID task) {
            super(kafka.getProducerFactory());
            this.key = task.toString();
        }

        @Override
        public CompletableFuture<SendResult<String, String>> send(ProducerRecord<String, String> record) {
            return refuses && record.key().equals(key)
                    ? new CompletableFuture<SendResult<String, String>>().orTimeout(500, TimeUnit.MILLISECONDS)
                    : super.send(record);
        }
    }

    private static void runOnce(EventRelay relay) {
        try {
            relay.runOnce();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private double dead(String topic) {
        return fixture.meters.counter("connections.events.dead", "topic", topic).count();
    }

    private void assertDead(String eventId, String reason) {
        assertThat(fixture.database
                        .jdbc
                        .sql("select event_id from dead_event")
                        .query(String.class)
                        .single())
                .isEqualTo(eventId);
        assertThat(fixture.database
                        .jdbc
                        .sql("select reason from dead_event")
                        .query(String.class)
                        .single())
                .contains(reason);
    }

    private void publishAll(UUID task) {
        try (EventRelay relay = fixture.eventRelay("relay")) {
            fixture.publishAll(relay, task);
        }
    }

    /** As large as the test wants, in bytes. */
    private void enlarge(UUID task, int sequence, int size) {
        fixture.database.execute(
                "update task_event set payload = to_json(repeat('x', ? - 2)) where task_id = ? and sequence = ?",
                size,
                task,
                sequence);
    }

    /** Tasks that one statement creates. */
    private List<UUID> createTogether(int count) {
        List<NewTask> tasks = Stream.generate(fixture.database::connection)
                .limit(count)
                .map(key -> new NewTask(key, TaskType.VALIDATE, TaskInput.DEFAULT, TaskTrigger.MANUAL, "test", null))
                .toList();
        return fixture.database.inTransaction(() -> fixture.database.tasks.createAll(tasks)).stream()
                .map(created -> Objects.requireNonNull(created).command().taskId())
                .toList();
    }

    /** A task whose run was claimed and handed back so many times: two events each, after the first. */
    private UUID liveThrough(int claims) {
        TaskCommand task = fixture.database.create();
        for (int i = 0; i < claims; i++) {
            ClaimedRun run = fixture.database.claim(task.runId(), "worker");
            fixture.database.runs.handBack(run);
        }
        return task.taskId();
    }
}
