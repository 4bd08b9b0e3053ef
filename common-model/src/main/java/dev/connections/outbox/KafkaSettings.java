package dev.connections.outbox;

import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What this service's topics are to be like; give every process the same.
 *
 * @param setup whether the topics and the share group's settings are created, or only checked
 * @param eventPartitions partitions of the two event topics; a command topic has one, since it is a queue and not a log:
 *     with more partitions than consumers, records of a killed consumer wait for a long time
 * @param replicationFactor of every topic; null leaves it to the brokers and checks nothing. In production 3
 * @param minInsyncReplicas how many replicas have a record before it counts as written; null as for the replication
 *     factor. In production 2
 * @param commandRetention how long commands are kept; the sweeper sends those of waiting runs again in any case
 * @param eventRetention how long consumers may be away before they miss events
 * @param deadLetterRetention how long unreadable commands are kept for operators
 */
@ConfigurationProperties("connections.kafka")
record KafkaSettings(
        @DefaultValue("CREATE") Setup setup,
        @DefaultValue("6") int eventPartitions,
        @Nullable Short replicationFactor,
        @Nullable Integer minInsyncReplicas,
        @DefaultValue("7d") Duration commandRetention,
        @DefaultValue("7d") Duration eventRetention,
        @DefaultValue("30d") Duration deadLetterRetention) {
    static final String PREFIX = "connections.kafka.";
    static final String RETENTION = "retention.ms";
    static final String MIN_ISR = "min.insync.replicas";
    static final String LARGEST = "max.message.bytes";
    /** A command of a megabyte, which is the most that a producer sends by default, and the headers of its letter. */
    private static final int LARGEST_LETTER = 2 << 20;

    /** Who makes the topics and sets the share group's settings. */
    enum Setup {
        /** This service, where they are missing; what is there is checked. */
        CREATE,
        /** Ops; this service only checks what is there, and needs no right to change anything. */
        VERIFY
    }

    KafkaSettings {
        if (eventPartitions < 1
                || (replicationFactor != null && replicationFactor < 1)
                || (minInsyncReplicas != null && minInsyncReplicas < 1)
                || !commandRetention.isPositive()
                || !eventRetention.isPositive()
                || !deadLetterRetention.isPositive()) {
            throw new IllegalArgumentException(PREFIX + "* must be positive numbers and durations");
        }
        if (replicationFactor != null && minInsyncReplicas != null && minInsyncReplicas > replicationFactor) {
            throw new IllegalArgumentException(PREFIX + "min-insync-replicas must not be above " + PREFIX
                    + "replication-factor, or nothing could be written");
        }
    }

    /** Every topic as it is to be created. */
    List<NewTopic> topics() {
        List<NewTopic> topics = new ArrayList<>();
        for (TaskType type : TaskType.values()) {
            topics.add(topic(type.topic(), 1, commandRetention, Map.of()));
        }
        topics.add(topic(Topics.TASK_STATUS, eventPartitions, eventRetention, Map.of()));
        topics.add(topic(Topics.DATA_OBJECT_CHANGES, eventPartitions, eventRetention, Map.of()));
        topics.add(topic(Topics.DEAD_LETTERS, 1, deadLetterRetention, Map.of(LARGEST, String.valueOf(LARGEST_LETTER))));
        return topics;
    }

    private NewTopic topic(String name, int partitions, Duration retention, Map<String, String> more) {
        Map<String, String> configs = new HashMap<>(more);
        configs.put(RETENTION, String.valueOf(retention.toMillis()));
        if (minInsyncReplicas != null) {
            configs.put(MIN_ISR, minInsyncReplicas.toString());
        }
        return new NewTopic(name, Optional.of(partitions), Optional.ofNullable(replicationFactor)).configs(configs);
    }
}
