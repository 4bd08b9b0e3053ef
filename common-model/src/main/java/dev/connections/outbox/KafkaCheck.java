package dev.connections.outbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Compares what the brokers have with what this service is told that they have. */
final class KafkaCheck {
    private static final String SHARE_GROUPS = "share.version";
    private static final DescribeTopicsOptions WITH_RIGHTS =
            new DescribeTopicsOptions().includeAuthorizedOperations(true);

    private final KafkaQuestions kafka;
    private final KafkaSettings settings;
    private final KafkaRights rights;

    KafkaCheck(KafkaQuestions kafka, KafkaSettings settings, KafkaRights rights) {
        this.kafka = kafka;
        this.settings = settings;
        this.rights = rights;
    }

    /**
     * Fails where the cluster has no share groups.
     *
     * @throws KafkaRefusedException with what to do
     */
    void shareGroups() throws InterruptedException {
        FinalizedVersionRange version = kafka.answer(
                        "read the features of the cluster",
                        kafka.client().describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get(SHARE_GROUPS);
        if (version == null || version.maxVersionLevel() < 1) {
            throw new KafkaRefusedException(
                    "the cluster has no share groups, by which workers take commands: it needs Kafka 4.2 or later with the"
                            + " feature " + SHARE_GROUPS + " at 1 (kafka-features.sh upgrade --feature " + SHARE_GROUPS
                            + "=1)",
                    null);
        }
    }

    /**
     * Fails where a topic is missing or weaker than the settings say.
     *
     * @return what is unusual and works, in sentences
     * @throws KafkaRefusedException which names all that is wrong
     */
    List<String> topics() throws InterruptedException {
        Map<String, TopicDescription> there = descriptions();
        Map<String, Config> configs = configs();
        List<String> wrong = new ArrayList<>();
        List<String> unusual = new ArrayList<>();
        for (NewTopic wanted : settings.topics()) {
            TopicDescription topic = there.get(wanted.name());
            Config config = configs.get(wanted.name());
            if ((topic == null || config == null) && settings.setup() == KafkaSettings.Setup.CREATE) {
                // Created, and not yet known to the broker that was asked.
                throw new KafkaException("topic " + wanted.name() + " is not there yet");
            }
            if (topic == null || config == null) {
                wrong.add("topic " + wanted.name() + " is missing; it is to have " + wanted.numPartitions()
                        + (wanted.numPartitions() == 1 ? " partition" : " partitions"));
                continue;
            }
            checkRights(topic, wrong);
            checkReplication(topic, wrong);
            for (Map.Entry<String, String> setting : wanted.configs().entrySet()) {
                checkSetting(wanted.name(), setting.getKey(), setting.getValue(), config, wrong);
            }
            if (topic.partitions().size() != wanted.numPartitions()) {
                unusual.add(
                        "topic " + wanted.name() + " has " + topic.partitions().size() + " partitions where "
                                + wanted.numPartitions() + " are expected; see docs/kafka.md");
            }
        }
        if (!wrong.isEmpty()) {
            throw new KafkaRefusedException(String.join("; ", wrong), null);
        }
        return unusual;
    }

    /** A cluster without access rules reports every operation as allowed. */
    private void checkRights(TopicDescription topic, List<String> wrong) {
        Set<AclOperation> allowed = topic.authorizedOperations();
        if (allowed == null) {
            return;
        }
        if (rights.reads().contains(topic.name()) && !allowed.contains(AclOperation.READ)) {
            wrong.add("this process has no right to read from topic " + topic.name());
        }
        if (rights.writes().contains(topic.name()) && !allowed.contains(AclOperation.WRITE)) {
            wrong.add("this process has no right to write to topic " + topic.name());
        }
    }

    private void checkReplication(TopicDescription topic, List<String> wrong) {
        Short factor = settings.replicationFactor();
        int least = topic.partitions().stream()
                .map(TopicPartitionInfo::replicas)
                .mapToInt(List::size)
                .min()
                .orElse(0);
        if (factor != null && least < factor) {
            wrong.add("topic " + topic.name() + " has the replication factor " + least + ", and " + KafkaSettings.PREFIX
                    + "replication-factor is " + factor);
        }
    }

    /** More than asked for is welcome: a longer retention, more replicas, larger records. */
    private static void checkSetting(String topic, String name, String wanted, Config config, List<String> wrong) {
        ConfigEntry entry = config.get(name);
        String value = entry == null ? null : entry.value();
        if (isLess(value, Long.parseLong(wanted), name)) {
            wrong.add("topic " + topic + " has " + name + "=" + value + ", and this service's settings ask for "
                    + wanted);
        }
    }

    private static boolean isLess(@Nullable String value, long wanted, String name) {
        if (value == null) {
            return true;
        }
        boolean forever = name.equals(KafkaSettings.RETENTION) && value.equals("-1");
        return !forever && Long.parseLong(value) < wanted;
    }

    private List<String> names() {
        return settings.topics().stream().map(NewTopic::name).toList();
    }

    private Map<String, TopicDescription> descriptions() throws InterruptedException {
        Map<String, TopicDescription> found = new HashMap<>();
        for (var topic : kafka.client()
                .describeTopics(names(), WITH_RIGHTS)
                .topicNameValues()
                .entrySet()) {
            try {
                found.put(topic.getKey(), kafka.answer("look at topic " + topic.getKey(), topic.getValue()));
            } catch (UnknownTopicOrPartitionException e) {
                // It is said to be missing.
            }
        }
        return found;
    }

    private Map<String, Config> configs() throws InterruptedException {
        Map<String, Config> found = new HashMap<>();
        List<ConfigResource> resources = names().stream()
                .map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name))
                .toList();
        for (var config : kafka.client().describeConfigs(resources).values().entrySet()) {
            String name = config.getKey().name();
            try {
                found.put(name, kafka.answer("read the settings of topic " + name, config.getValue()));
            } catch (UnknownTopicOrPartitionException e) {
                // It is said to be missing.
            }
        }
        return found;
    }
}
