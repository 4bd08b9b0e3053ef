package dev.connections.outbox;

import dev.connections.loop.DedicatedSession;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Publishes events in order per key.
 *
 * <p>Every process has one; the one whose session holds the advisory lock leads and publishes. It reads events in the
 * order of their ids and sends at most one event per key at a time: the next is sent when the previous one is
 * acknowledged.
 */
final class EventRelay implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventRelay.class);
    private static final int LOCK_CLASS = 0x434e4c59;
    private static final int LOCK_KEY = 1;
    private static final int BATCH = 2_000;
    private static final int WAIT_MS = 500;
    private static final int GATHER_MS = 10;

    private final DedicatedSession session;
    private final KafkaTemplate<String, String> kafka;
    private final KafkaSetup setup;
    private final CommandRelay commands;
    private @Nullable Connection listening;

    EventRelay(DedicatedSession session, KafkaTemplate<String, String> kafka, KafkaSetup setup, CommandRelay commands) {
        this.session = session;
        this.kafka = kafka;
        this.setup = setup;
        this.commands = commands;
    }

    /** Publishes one batch if this relay leads; otherwise, or if there are no events, waits for the bell. */
    public int runOnce() throws SQLException, InterruptedException {
        boolean leads = session.hold(LOCK_CLASS, LOCK_KEY);
        Connection connection = session.connection();
        // A session that was lost and reopened may hold the lock again, but does not listen yet.
        if (leads && !connection.equals(listening)) {
            log.info("this process is now the event relay");
            try (Statement statement = connection.createStatement()) {
                statement.execute("listen " + EventBell.CHANNEL);
            }
            listening = connection;
        }
        int published = leads ? publishOldest(connection) : 0;
        if (published == 0) {
            connection.unwrap(PGConnection.class).getNotifications(WAIT_MS);
            return 0;
        }
        // A run that ended may have made room for another, been handed back, or created child tasks. Their commands
        // were not offered, and should not wait for the next read of the outbox.
        commands.publishDue();
        if (published < BATCH) {
            // Events of the next few milliseconds share the next round: one read, one send and one delete.
            TimeUnit.MILLISECONDS.sleep(GATHER_MS);
        }
        return published;
    }

    @Override
    public void close() {
        session.close();
    }

    private int publishOldest(Connection connection) throws SQLException, InterruptedException {
        List<EventOutbox.Event> waiting = EventOutbox.oldest(connection, BATCH);
        if (waiting.isEmpty()) {
            return 0;
        }
        setup.ensure();
        int published = 0;
        Set<String> failedKeys = new HashSet<>();
        while (!waiting.isEmpty()) {
            List<EventOutbox.Event> wave = takeWave(waiting, failedKeys);
            List<EventOutbox.Event> sent = send(wave, failedKeys);
            EventOutbox.delete(connection, sent);
            published += sent.size();
        }
        return published;
    }

    /** Takes the first event of every key; events after a failed one of the same key wait for the next round. */
    private static List<EventOutbox.Event> takeWave(List<EventOutbox.Event> waiting, Set<String> failedKeys) {
        List<EventOutbox.Event> wave = new ArrayList<>();
        List<EventOutbox.Event> later = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (EventOutbox.Event event : waiting) {
            if (failedKeys.contains(event.key())) {
                continue;
            }
            (keys.add(event.key()) ? wave : later).add(event);
        }
        waiting.clear();
        waiting.addAll(later);
        return wave;
    }

    private List<EventOutbox.Event> send(List<EventOutbox.Event> wave, Set<String> failedKeys)
            throws InterruptedException {
        List<CompletableFuture<?>> sends = new ArrayList<>();
        for (EventOutbox.Event event : wave) {
            sends.add(send(event));
        }
        List<EventOutbox.Event> sent = new ArrayList<>();
        for (int i = 0; i < wave.size(); i++) {
            if (CommandRelay.acknowledged(sends.get(i))) {
                sent.add(wave.get(i));
            } else {
                failedKeys.add(wave.get(i).key());
            }
        }
        if (sent.size() < wave.size()) {
            log.warn("Kafka accepted {} of {} events; the rest stay in the outbox", sent.size(), wave.size());
        }
        return sent;
    }

    /** An event that is too large for Kafka blocks only the events of its own key. */
    private CompletableFuture<?> send(EventOutbox.Event event) {
        try {
            return kafka.send(record(event));
        } catch (KafkaException e) {
            if (e.getCause() instanceof RecordTooLargeException tooLarge) {
                log.error("event {} cannot be published: {}", event.eventId(), tooLarge.getMessage());
                return CompletableFuture.failedFuture(tooLarge);
            }
            throw e;
        }
    }

    /** CloudEvents 1.0 in binary mode: attributes are headers, the value is the data. */
    private static ProducerRecord<String, String> record(EventOutbox.Event event) {
        ProducerRecord<String, String> record = new ProducerRecord<>(event.topic(), event.key(), event.payload());
        header(record, "ce_specversion", "1.0");
        header(record, "ce_id", event.eventId());
        header(record, "ce_source", "/connections");
        header(record, "ce_type", event.type());
        header(record, "ce_subject", event.key());
        header(record, "ce_time", event.occurredAt().toString());
        header(record, "content-type", "application/json");
        return record;
    }

    private static void header(ProducerRecord<String, String> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
