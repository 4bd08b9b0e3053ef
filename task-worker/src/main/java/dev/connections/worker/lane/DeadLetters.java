package dev.connections.worker.lane;

import dev.connections.task.Topics;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.KafkaException;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/** Puts commands that cannot be read aside, for ops, with the reason in headers. */
@Component
final class DeadLetters {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

    /** Characters of a command that is too large for its letter. */
    private static final int BEGINNING = 10_000;

    private final KafkaTemplate<String, String> kafka;

    DeadLetters(KafkaTemplate<String, String> kafka) {
        this.kafka = kafka;
    }

    void put(ConsumerRecord<String, String> record, String reason) {
        log.warn(
                "{}-{}@{} goes to {}: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                Topics.DEAD_LETTERS,
                reason);
        // Waits for Kafka: the record may be accepted only when its letter is safe.
        try {
            kafka.send(letter(record, reason, record.value())).join();
        } catch (KafkaException | CompletionException e) {
            if (!isTooLarge(e)) {
                throw e;
            }
            ProducerRecord<String, String> cut = letter(record, reason, beginning(record.value()));
            header(
                    cut,
                    "original-length",
                    Integer.toString(String.valueOf(record.value()).length()));
            kafka.send(cut).join();
        }
    }

    private static ProducerRecord<String, String> letter(
            ConsumerRecord<String, String> record, String reason, @Nullable String value) {
        ProducerRecord<String, String> letter =
                new ProducerRecord<>(Topics.DEAD_LETTERS, beginning(record.key()), value);
        header(letter, "reason", reason);
        header(letter, "original-topic", record.topic());
        header(letter, "original-partition", Integer.toString(record.partition()));
        header(letter, "original-offset", Long.toString(record.offset()));
        return letter;
    }

    /** A topic that others have made may take smaller letters than commands; what is left is where to find the command. */
    private static boolean isTooLarge(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable String beginning(@Nullable String text) {
        return text == null || text.length() <= BEGINNING ? text : text.substring(0, BEGINNING);
    }

    private static void header(ProducerRecord<String, String> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
