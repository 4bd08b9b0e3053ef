package dev.connections.worker.lane;

import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.springframework.boot.kafka.autoconfigure.KafkaConnectionDetails;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.kafka.core.DefaultShareConsumerFactory;
import org.springframework.stereotype.Component;

/** Opens share consumers of the command topics that take no more records than they are asked for. */
@Component
final class CommandConsumers {
    /** What a share consumer refuses to be configured with. */
    private static final Set<String> NOT_FOR_SHARE_GROUPS = Set.of(
            "auto.offset.reset",
            "enable.auto.commit",
            "group.instance.id",
            "isolation.level",
            "partition.assignment.strategy",
            "interceptor.classes",
            "session.timeout.ms",
            "heartbeat.interval.ms",
            "group.protocol",
            "group.remote.assignor");

    private final KafkaProperties properties;
    private final KafkaConnectionDetails details;

    CommandConsumers(KafkaProperties properties, KafkaConnectionDetails details) {
        this.properties = properties;
        this.details = details;
    }

    /** How many records a poll of a lane may bring: a quarter of its slots, so that it need not wait for all of them. */
    static int batchFor(int slots) {
        return Math.max(1, slots / 4);
    }

    ShareConsumer<String, String> open(TaskType type, int batch) {
        Map<String, Object> config = new HashMap<>(properties.buildConsumerProperties());
        config.put("bootstrap.servers", String.join(",", details.getConsumer().getBootstrapServers()));
        config.put("group.id", Topics.WORKERS);
        config.put("max.poll.records", batch);
        config.put("share.acquire.mode", "record_limit");
        config.put("share.acknowledgement.mode", "explicit");
        config.keySet().removeAll(NOT_FOR_SHARE_GROUPS);
        ShareConsumer<String, String> consumer = new DefaultShareConsumerFactory<String, String>(
                        config, StringDeserializer::new, StringDeserializer::new)
                .createShareConsumer(Topics.WORKERS, type.name());
        consumer.subscribe(List.of(type.topic()));
        return consumer;
    }
}
