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
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Makes what Kafka must have before the first command: the topics, and a share group that starts at the earliest record
 * (its default, latest, would lose the commands sent before the first worker came).
 */
public final class KafkaSetup {
    private static final int LIMIT_S = 5;

    private final KafkaAdmin admin;
    private final int statusPartitions;
    private final Duration deadLetterRetention;
    private volatile boolean done;

    /**
     * @param deadLetterRetention how long ops can look at a command that could not be read
     */
    KafkaSetup(KafkaAdmin admin, int statusPartitions, Duration deadLetterRetention) {
        this.admin = admin;
        this.deadLetterRetention = deadLetterRetention;
        this.statusPartitions = statusPartitions;
    }

    /**
     * Does it once per process; later calls return at once.
     *
     * @throws KafkaException where Kafka is away; the next call tries again
     */
    public synchronized void ensure() throws InterruptedException {
        if (done) {
            return;
        }
        Map<String, Object> config = new HashMap<>(admin.getConfigurationProperties());
        config.put("default.api.timeout.ms", LIMIT_S * 1000);
        config.put("request.timeout.ms", LIMIT_S * 1000);
        try (Admin client = Admin.create(config)) {
            for (KafkaFuture<Void> created :
                    client.createTopics(topics()).values().values()) {
                await(created);
            }
            ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, Topics.WORKERS);
            AlterConfigOp earliest =
                    new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
            await(client.incrementalAlterConfigs(Map.of(group, List.of(earliest)))
                    .all());
        }
        done = true;
    }

    private List<NewTopic> topics() {
        List<NewTopic> topics = new ArrayList<>();
        for (TaskType type : TaskType.values()) {
            // A queue, not a log: with more partitions than consumers, records of a killed consumer wait for long.
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

    private static void await(KafkaFuture<Void> future) throws InterruptedException {
        try {
            future.get(LIMIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException("cannot set up topics and share group: " + e.getCause(), e.getCause());
            }
        } catch (TimeoutException e) {
            throw new KafkaException("Kafka did not answer within " + LIMIT_S + " s", e);
        }
    }
}
