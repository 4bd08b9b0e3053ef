package dev.connections.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.embedded.KafkaBroker;
import dev.connections.json.Json;
import dev.connections.loop.DedicatedSession;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskDatabase;
import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaAdmin;
import org.springframework.kafka.core.KafkaTemplate;

/** A database, a broker, relays between them that a test moves by hand, and what has arrived in Kafka. */
final class RelayFixture implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int PARTITIONS = 3;

    final TaskDatabase database = new TaskDatabase();
    final KafkaBroker kafka = KafkaBroker.startTemporary();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final DefaultKafkaProducerFactory<String, String> patient = producers(10_000);
    /** For the tests that take Kafka away: a send fails within two seconds. */
    private final DefaultKafkaProducerFactory<String, String> impatient = producers(500);

    private final KafkaSetup setup = new KafkaSetup(
            new KafkaAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers())),
            KafkaSetupTest.settings(Map.of("event-partitions", String.valueOf(PARTITIONS))),
            KafkaRights.ofRelays());
    private final KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()), new StringDeserializer(), new StringDeserializer());
    private final List<ConsumerRecord<String, String>> arrived = new ArrayList<>();

    RelayFixture() {
        retried(() -> {
            setup.ensure();
            return true;
        });
        List<TopicPartition> partitions = new ArrayList<>();
        for (TaskType type : TaskType.values()) {
            partitions.add(new TopicPartition(type.topic(), 0));
        }
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(Topics.TASK_STATUS, i));
            partitions.add(new TopicPartition(Topics.DATA_OBJECT_CHANGES, i));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    CommandRelay commandRelay() {
        return new CommandRelay(new CommandOutbox(database.jdbc), template(), setup);
    }

    CommandRelay impatientCommandRelay() {
        return new CommandRelay(new CommandOutbox(database.jdbc), new KafkaTemplate<>(impatient), setup);
    }

    EventRelay eventRelay(String sessionName) {
        return eventRelay(database.session(sessionName));
    }

    EventRelay eventRelay(DedicatedSession session) {
        return eventRelay(session, template());
    }

    EventRelay eventRelay(DedicatedSession session, KafkaTemplate<String, String> kafka) {
        return relay(EventOutbox.STATUS, session, kafka, commandRelay()::publishDue);
    }

    EventRelay impatientEventRelay() {
        return relay(
                EventOutbox.STATUS,
                database.session("impatient relay"),
                new KafkaTemplate<>(impatient),
                impatientCommandRelay()::publishDue);
    }

    EventRelay changeRelay() {
        return relay(EventOutbox.CHANGES, database.session("change relay"), template(), () -> {});
    }

    private EventRelay relay(
            EventOutbox outbox,
            DedicatedSession session,
            KafkaTemplate<String, String> kafka,
            EventRelay.AfterRound afterRound) {
        return new EventRelay(outbox, session, new EventSender(kafka, meters), setup, afterRound);
    }

    /** Writes as many changes of objects of a connection, each of an object of its own, to the outbox. */
    void change(String connection, int changes) {
        database.execute("""
                insert into change_outbox (connection_key, topic, key, event_id, event_type, occurred_at, payload)
                select ?, 'connections.data-object-changes', gen_random_uuid(), ? || n, 'changed', now(), '{"n": ' || n || '}'
                  from generate_series(1, ?) n""", connection, connection, changes);
    }

    KafkaTemplate<String, String> template() {
        return new KafkaTemplate<>(patient);
    }

    /** Rounds until the outbox has forgotten the command; a round waits for the time of the next look by itself. */
    void publish(CommandRelay relay, TaskCommand command) {
        retried(() -> {
            relay.runOnce();
            return database.commands(command.runId()) == 0;
        });
    }

    /** Rounds until the outbox holds nothing of the key; a round with nothing to send waits by itself. */
    void publishAll(EventRelay relay, UUID key) {
        retried(() -> {
            relay.runOnce();
            return database.unpublished(key) == 0;
        });
    }

    /** The relays look at the row now, without waiting for its time. */
    void letCommandBeDue(UUID run) {
        database.execute("update command_outbox set available_at = now() where run_id = ?", run);
    }

    /** Waits until so many records of the key have arrived, and looks whether there are more. */
    List<ConsumerRecord<String, String>> arrived(UUID key, int atLeast) {
        await().atMost(LIMIT).until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(arrived::add);
            return of(key).size() >= atLeast;
        });
        consumer.poll(Duration.ofMillis(100)).forEach(arrived::add);
        return of(key);
    }

    /** Waits until a record of each key has arrived, and looks whether there are more; answers how many there are of each. */
    Map<String, Long> counts(List<UUID> keys) {
        Set<String> wanted = keys.stream().map(UUID::toString).collect(Collectors.toSet());
        await().atMost(LIMIT).until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(arrived::add);
            return counts(wanted).size() == wanted.size();
        });
        consumer.poll(Duration.ofMillis(100)).forEach(arrived::add);
        return counts(wanted);
    }

    private Map<String, Long> counts(Set<String> keys) {
        return arrived.stream()
                .map(ConsumerRecord::key)
                .filter(keys::contains)
                .collect(Collectors.groupingBy(key -> key, Collectors.counting()));
    }

    List<Integer> sequences(UUID task, int atLeast) {
        return arrived(task, atLeast).stream()
                .map(event -> Json.tree(event.value()).get("sequence").intValue())
                .toList();
    }

    void assertArrivedGapless(UUID task, int events) {
        assertThat(sequences(task, events)).isSorted().startsWith(1).contains(events);
        assertThat(sequences(task, events).stream().distinct()).hasSize(events);
    }

    /** As a loop does: a round that Kafka failed is tried again. */
    private static void retried(Callable<Boolean> round) {
        await().atMost(LIMIT)
                .ignoreExceptionsMatching(
                        e -> e instanceof KafkaException || e instanceof org.springframework.kafka.KafkaException)
                .until(round);
    }

    private DefaultKafkaProducerFactory<String, String> producers(int patienceMs) {
        return new DefaultKafkaProducerFactory<>(Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "key.serializer",
                StringSerializer.class,
                "value.serializer",
                StringSerializer.class,
                "acks",
                "all",
                "max.block.ms",
                patienceMs,
                "request.timeout.ms",
                patienceMs,
                "delivery.timeout.ms",
                3 * patienceMs,
                "reconnect.backoff.max.ms",
                100));
    }

    private List<ConsumerRecord<String, String>> of(UUID key) {
        return arrived.stream()
                .filter(event -> event.key().equals(key.toString()))
                .toList();
    }

    @Override
    public void close() {
        consumer.close();
        patient.destroy();
        impatient.destroy();
        kafka.close();
        database.close();
    }
}
