package dev.connections.outbox;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;

/** Sends events to Kafka and distinguishes what may succeed later from what Kafka can never take. */
final class EventSender {
    private static final Logger log = LoggerFactory.getLogger(EventSender.class);
    private static final int KAFKA_DEFAULT = 1_048_576;
    private static final int LOOK_S = 1;

    private final KafkaTemplate<String, String> kafka;
    private final MeterRegistry meters;
    private final int largest;

    EventSender(KafkaTemplate<String, String> kafka, MeterRegistry meters) {
        this.kafka = kafka;
        this.meters = meters;
        Object limit =
                kafka.getProducerFactory().getConfigurationProperties().get(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
        this.largest = limit == null ? KAFKA_DEFAULT : Integer.parseInt(limit.toString());
    }

    /** The size in bytes above which the producer refuses any record. */
    int largest() {
        return largest;
    }

    /** What became of an event. */
    sealed interface Fate {
        /** Kafka has it. */
        record Acknowledged() implements Fate {}

        /** Kafka may take it later. */
        record Later() implements Fate {}

        /** Kafka can never take it, for this reason. */
        record Never(String reason) implements Fate {}
    }

    /** Hands an event to the producer; a failure that shows at once is in the future. */
    CompletableFuture<?> send(EventOutbox.Event event) {
        String payload = event.payload();
        if (event.size() == 0) {
            return CompletableFuture.failedFuture(
                    new InvalidRecordException("its task was removed before it was published"));
        }
        if (payload == null) {
            return CompletableFuture.failedFuture(new RecordTooLargeException(
                    "the payload has " + event.size() + " bytes, and Kafka takes at most " + largest));
        }
        try {
            return kafka.send(record(event, payload));
        } catch (KafkaException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Waits for what becomes of a send. */
    <E extends Exception> Fate fate(CompletableFuture<?> send, StillWaiting<E> patience)
            throws InterruptedException, E {
        while (true) {
            try {
                send.get(LOOK_S, TimeUnit.SECONDS);
                return new Fate.Acknowledged();
            } catch (ExecutionException e) {
                return fateOf(e);
            } catch (TimeoutException e) {
                patience.look();
            }
        }
    }

    /** Whether a send has failed already in a way that the next one would too, after another long wait. */
    static boolean isRefusedForNow(CompletableFuture<?> send) {
        return send.isCompletedExceptionally() && fateOf(send.exceptionNow()) instanceof Fate.Later;
    }

    /** Counts and logs an event that was put aside. */
    void report(EventOutbox.Event event, String reason) {
        meters.counter("connections.events.dead", "topic", event.topic()).increment();
        log.error("event {} can never be published and is in dead_event now: {}", event.eventId(), reason);
    }

    private static Fate fateOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (isOfTheEvent(cause)) {
                return new Fate.Never(cause.getClass().getSimpleName() + ": " + cause.getMessage());
            }
        }
        return new Fate.Later();
    }

    private static boolean isOfTheEvent(Throwable cause) {
        return cause instanceof RecordTooLargeException
                || cause instanceof InvalidTopicException
                || cause instanceof InvalidRecordException
                || cause instanceof SerializationException;
    }

    /** CloudEvents 1.0 in binary mode: attributes are headers, the value is the data. */
    private static ProducerRecord<String, String> record(EventOutbox.Event event, String payload) {
        ProducerRecord<String, String> record = new ProducerRecord<>(event.topic(), event.key(), payload);
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

    /** What is done while an acknowledgement takes long. */
    interface StillWaiting<E extends Exception> {
        void look() throws E;
    }
}
