package dev.connections.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.Kafka;
import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.springframework.kafka.core.KafkaAdmin;

class KafkaSetupTest {
    @Test
    void topicsAndShareGroupAreMadeSoThatNothingIsLostOrKeptForEver() throws Exception {
        try (Kafka kafka = Kafka.startTemporary()) {
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            KafkaSetup setup = new KafkaSetup(new KafkaAdmin(config), 4, Duration.ofDays(3));
            setup.ensure();
            setup.ensure();
            // Another process finds them made.
            new KafkaSetup(new KafkaAdmin(config), 4, Duration.ofDays(3)).ensure();
            try (Admin admin = Admin.create(config)) {
                assertThat(partitions(admin, TaskType.CRAWL.topic())).isEqualTo(1);
                assertThat(partitions(admin, Topics.TASK_STATUS)).isEqualTo(4);
                assertThat(value(admin, ConfigResource.Type.TOPIC, Topics.DEAD_LETTERS, "retention.ms"))
                        .isEqualTo(Long.toString(Duration.ofDays(3).toMillis()));
                assertThat(value(admin, ConfigResource.Type.GROUP, Topics.WORKERS, "share.auto.offset.reset"))
                        .isEqualTo("earliest");
            }
        }
    }

    @Test
    void aWorkerMaySubscribeAsSoonAsItReturnsHoweverFarBehindTheBrokerIs() throws Exception {
        try (Kafka kafka = Kafka.startTemporary()) {
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            try (Admin admin = Admin.create(config)) {
                // The controller has these soon; the broker has many logs to create before it reads on.
                admin.createTopics(List.of(new NewTopic("large", Optional.of(400), Optional.empty())))
                        .all()
                        .get();
                ensureAsAWorkerDoes(new KafkaSetup(new KafkaAdmin(config), 4, Duration.ofDays(3)));

                assertThat(value(admin, ConfigResource.Type.GROUP, Topics.WORKERS, "share.auto.offset.reset"))
                        .isEqualTo("earliest");
                assertThat(partitions(admin, Topics.DEAD_LETTERS)).isEqualTo(1);
            }
        }
    }

    /** A broker that is too far behind to apply it within the limit is asked again. */
    private static void ensureAsAWorkerDoes(KafkaSetup setup) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            try {
                setup.ensure();
                return;
            } catch (KafkaException e) {
                if (attempt == 20) {
                    throw e;
                }
            }
        }
    }

    private static int partitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .values()
                .iterator()
                .next()
                .partitions()
                .size();
    }

    private static String value(Admin admin, ConfigResource.Type type, String name, String key) throws Exception {
        ConfigResource resource = new ConfigResource(type, name);
        return admin.describeConfigs(List.of(resource))
                .all()
                .get()
                .values()
                .iterator()
                .next()
                .get(key)
                .value();
    }
}
