package dev.connections.worker.lane;

import dev.connections.task.Topics;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.stereotype.Component;

/** Puts commands that cannot be read aside, for ops, with the reason in headers. */
@Component
final class DeadLetters {
    private static final Logger log = LoggerFactory.getLogger(DeadLetters.class);

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
        ProducerRecord<String, String> letter = new ProducerRecord<>(Topics.DEAD_LETTERS, record.key(), record.value());
        header(letter, "reason", reason);
        header(letter, "original-topic", record.topic());
        header(letter, "original-partition", Integer.toString(record.partition()));
        header(letter, "original-offset", Long.toString(record.offset()));
        // Waits for Kafka: the record may be accepted only when its letter is safe.
        kafka.send(letter).join();
    }

    private static void header(ProducerRecord<String, String> record, String name, String value) {
        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
