package dev.connections.outbox;

import dev.connections.task.Topics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaAdmin;

/**
 * Creates what Kafka needs before the first command, or only checks it: the topics, and a share group that starts at the
 * earliest record (with the default, latest, commands sent before the first worker joined would be lost).
 */
public final class KafkaSetup {
    private static final Logger log = LoggerFactory.getLogger(KafkaSetup.class);
    private static final String OFFSET_RESET = "share.auto.offset.reset";
    private static final String EARLIEST = "earliest";
    private static final ConfigResource GROUP = new ConfigResource(ConfigResource.Type.GROUP, Topics.WORKERS);

    private final KafkaAdmin admin;
    private final KafkaSettings settings;
    private final KafkaRights rights;
    private volatile boolean done;
    private volatile @Nullable String problem;

    KafkaSetup(KafkaAdmin admin, KafkaSettings settings, KafkaRights rights) {
        this.admin = admin;
        this.settings = settings;
        this.rights = rights;
    }

    /**
     * Runs once per process; later calls return at once. Afterwards the broker reports the topics and the group's
     * config as applied, so that a worker may subscribe. Brokers cannot be queried individually, so if the topics
     * existed before, another broker may apply the config a moment later.
     *
     * @throws KafkaException if Kafka is unreachable, does not apply it in time, or is not as it has to be; the next call
     *     tries again
     */
    public synchronized void ensure() throws InterruptedException {
        if (done) {
            return;
        }
        try (KafkaQuestions kafka = new KafkaQuestions(admin)) {
            KafkaCheck check = new KafkaCheck(kafka, settings, rights);
            check.shareGroups();
            switch (settings.setup()) {
                case CREATE -> {
                    // The brokers read both from one log, in order: the leader of a new topic has the group's config
                    // before the topic.
                    setOffsetReset(kafka);
                    createTopics(kafka);
                }
                case VERIFY -> requireOffsetReset(kafka);
            }
            check.topics().forEach(log::warn);
        } catch (KafkaRefusedException e) {
            problem = e.getMessage();
            throw e;
        }
        problem = null;
        done = true;
    }

    /** Why Kafka cannot be used, though it answers: what ops can change. Empty where it can, or nobody knows. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private static void setOffsetReset(KafkaQuestions kafka) throws InterruptedException {
        if (startsAtEarliest(kafka)) {
            return;
        }
        AlterConfigOp earliest = new AlterConfigOp(new ConfigEntry(OFFSET_RESET, EARLIEST), AlterConfigOp.OpType.SET);
        kafka.answer(
                "set " + OFFSET_RESET + " of the share group " + Topics.WORKERS,
                kafka.client()
                        .incrementalAlterConfigs(Map.of(GROUP, List.of(earliest)))
                        .all());
        KafkaQuestions.awaitVisible("share group " + Topics.WORKERS, () -> startsAtEarliest(kafka));
    }

    private static void requireOffsetReset(KafkaQuestions kafka) throws InterruptedException {
        if (!startsAtEarliest(kafka)) {
            throw new KafkaRefusedException(
                    "the share group " + Topics.WORKERS
                            + " starts at the latest record, so that commands would be lost;" + " set its "
                            + OFFSET_RESET + " to " + EARLIEST,
                    null);
        }
    }

    private static boolean startsAtEarliest(KafkaQuestions kafka) throws InterruptedException {
        Config config = kafka.answer(
                        "read the settings of the share group " + Topics.WORKERS,
                        kafka.client().describeConfigs(List.of(GROUP)).all())
                .get(GROUP);
        ConfigEntry entry = config == null ? null : config.get(OFFSET_RESET);
        return entry != null && EARLIEST.equals(entry.value());
    }

    private void createTopics(KafkaQuestions kafka) throws InterruptedException {
        List<NewTopic> topics = settings.topics();
        List<String> names = topics.stream().map(NewTopic::name).toList();
        for (KafkaFuture<Void> created :
                kafka.client().createTopics(topics).values().values()) {
            try {
                kafka.answer("create the topics " + String.join(", ", names), created);
            } catch (TopicExistsException e) {
                // Another process created it first.
            }
        }
        KafkaQuestions.awaitVisible("topics", () -> {
            try {
                kafka.answer(
                        "look at the topics",
                        kafka.client().describeTopics(names).allTopicNames());
                return true;
            } catch (UnknownTopicOrPartitionException e) {
                return false;
            }
        });
    }
}
