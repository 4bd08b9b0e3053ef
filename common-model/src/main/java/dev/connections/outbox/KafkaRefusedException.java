package dev.connections.outbox;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Kafka is there, but does not offer what this service needs; the message says what ops can do about it. */
final class KafkaRefusedException extends KafkaException {
    private static final long serialVersionUID = 1L;

    KafkaRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
