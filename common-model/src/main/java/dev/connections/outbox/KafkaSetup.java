package dev.connections.outbox;

import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Creates what Kafka needs before the first command: the topics, and a share group that starts at the earliest record
 * (with the default, latest, commands sent before the first worker joined would be lost).
 */
public final class KafkaSetup {
    private static final String OFFSET_RESET = "share.auto.offset.reset";
    private static final String EARLIEST = "earliest";
    private static final int LIMIT_S = 5;
    private static final int PAUSE_MS = 20;

    private final KafkaAdmin admin;
    private final int statusPartitions;
    private final Duration deadLetterRetention;
    private volatile boolean done;

    /**
     * @param deadLetterRetention how long unreadable commands are kept for operators
     */
    KafkaSetup(KafkaAdmin admin, int statusPartitions, Duration deadLetterRetention) {
        this.admin = admin;
        this.deadLetterRetention = deadLetterRetention;
        this.statusPartitions = statusPartitions;
    }

    /**
     * Runs once per process; later calls return at once. Afterwards the broker reports the topics and the group's
     * config as applied, so that a worker may subscribe. Brokers cannot be queried individually, so if the topics
     * existed before, another broker may apply the config a moment later.
     *
     * @throws KafkaException if Kafka is unreachable or does not apply it in time; the next call tries again
     */
    public synchronized void ensure() throws InterruptedException {
        if (done) {
            return;
        }
        Map<String, Object> config = new HashMap<>(admin.getConfigurationProperties());
        config.put("default.api.timeout.ms", LIMIT_S * 1000);
        config.put("request.timeout.ms", LIMIT_S * 1000);
        try (Admin client = Admin.create(config)) {
            // The brokers read both from one log, in order: the leader of a new topic has the group's config before the
            // topic.
            setOffsetReset(client);
            createTopics(client);
        }
        done = true;
    }

    /**
     * Returns when the broker reports the value: it acknowledges a change before it has read it from the log itself.
     */
    private static void setOffsetReset(Admin client) throws InterruptedException {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, Topics.WORKERS);
        AlterConfigOp earliest = new AlterConfigOp(new ConfigEntry(OFFSET_RESET, EARLIEST), AlterConfigOp.OpType.SET);
        await(client.incrementalAlterConfigs(Map.of(group, List.of(earliest))).all());
        awaitVisible(
                "share group " + Topics.WORKERS,
                () -> await(client.describeConfigs(List.of(group)).all()).values().stream()
                        .map(config -> config.get(OFFSET_RESET))
                        .anyMatch(entry -> entry != null && EARLIEST.equals(entry.value())));
    }

    private void createTopics(Admin client) throws InterruptedException {
        List<NewTopic> topics = topics();
        for (KafkaFuture<Void> created : client.createTopics(topics).values().values()) {
            try {
                await(created);
            } catch (TopicExistsException e) {
                // Another process created it first.
            }
        }
        List<String> names = topics.stream().map(NewTopic::name).toList();
        awaitVisible("topics", () -> {
            try {
                await(client.describeTopics(names).allTopicNames());
                return true;
            } catch (UnknownTopicOrPartitionException e) {
                return false;
            }
        });
    }

    private List<NewTopic> topics() {
        List<NewTopic> topics = new ArrayList<>();
        for (TaskType type : TaskType.values()) {
            // A queue, not a log: with more partitions than consumers, records of a killed consumer wait for a long
            // time.
            topics.add(topic(type.topic(), 1));
        }
        topics.add(topic(Topics.TASK_STATUS, statusPartitions));
        topics.add(topic(Topics.DATA_OBJECT_CHANGES, statusPartitions));
        topics.add(topic(Topics.DEAD_LETTERS, 1)
                .configs(Map.of("retention.ms", Long.toString(deadLetterRetention.toMillis()))));
        return topics;
    }

    private static NewTopic topic(String name, int partitions) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty());
    }

    private static void awaitVisible(String what, Check check) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
        while (!check.holds()) {
            if (System.nanoTime() - deadline > 0) {
                throw new KafkaException("Kafka did not apply the setup of " + what + " within " + LIMIT_S + " s");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
    }

    private static <T> T await(KafkaFuture<T> future) throws InterruptedException {
        try {
            return future.get(LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TopicExistsException
                    || e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw (KafkaException) e.getCause();
            }
            throw new KafkaException("cannot set up topics and share group: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka did not answer within " + LIMIT_S + " s", e);
        }
    }

    /** A query to a broker. */
    private interface Check {
        boolean holds() throws InterruptedException;
    }
}
