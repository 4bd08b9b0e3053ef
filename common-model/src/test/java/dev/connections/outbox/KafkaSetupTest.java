package dev.connections.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.connections.embedded.FreePort;
import dev.connections.embedded.Kafka;
import dev.connections.embedded.KafkaBroker;
import dev.connections.task.TaskType;
import dev.connections.task.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.health.contributor.Status;
import org.springframework.kafka.core.KafkaAdmin;

class KafkaSetupTest {
    private static final Map<String, String> ASKED = Map.of("event-partitions", "4", "dead-letter-retention", "3d");
    private static final Map<String, String> VERIFY =
            Map.of("setup", "verify", "event-partitions", "4", "dead-letter-retention", "3d");

    @Test
    void topicsAndShareGroupAreMadeSoThatNothingIsLostOrKeptForEver() throws Exception {
        try (Kafka kafka = Kafka.startTemporary()) {
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            KafkaSetup setup = setup(config, ASKED);
            setup.ensure();
            setup.ensure();
            // Another process finds them made.
            setup(config, ASKED).ensure();
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
                ensureAsAWorkerDoes(setup(config, ASKED));

                assertThat(value(admin, ConfigResource.Type.GROUP, Topics.WORKERS, "share.auto.offset.reset"))
                        .isEqualTo("earliest");
                assertThat(partitions(admin, Topics.DEAD_LETTERS)).isEqualTo(1);
            }
        }
    }

    @Test
    void whereOpsMakeTheTopicsTheyAreOnlyChecked() throws Exception {
        try (Kafka kafka = Kafka.startTemporary()) {
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            KafkaSetup setup = setup(config, VERIFY);

            assertThatThrownBy(setup::ensure)
                    .isInstanceOf(KafkaRefusedException.class)
                    .hasMessageContaining("set its share.auto.offset.reset to earliest");
            try (Admin admin = Admin.create(config)) {
                assertThat(admin.listTopics().names().get()).isEmpty();
                setEarliest(admin);
            }
            assertThatThrownBy(() -> untilReset(setup))
                    .hasMessageContaining("topic connections.task-commands.crawl is missing; it is to have 1 partition")
                    .hasMessageContaining("topic connections.task-status is missing; it is to have 4 partitions");
            assertThat(setup.problem())
                    .hasValueSatisfying(problem -> assertThat(problem).contains("connections.dead-letters is missing"));
            assertThat(new KafkaHealth(setup).health().getStatus()).isEqualTo(Status.DOWN);

            ensureAsAWorkerDoes(setup(config, ASKED));
            ensureAsAWorkerDoes(setup);
            assertThat(setup.problem()).isEmpty();
            assertThat(new KafkaHealth(setup).health().getStatus()).isEqualTo(Status.UP);
        }
    }

    @Test
    void whatIsWeakerThanAskedForIsNamed() throws Exception {
        try (Kafka kafka = Kafka.startTemporary()) {
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            ensureAsAWorkerDoes(setup(config, ASKED));
            assertThatThrownBy(setup(
                            config,
                            Map.of(
                                    "replication-factor",
                                    "3",
                                    "min-insync-replicas",
                                    "2",
                                    "dead-letter-retention",
                                    "30d"))::ensure)
                    .isInstanceOf(KafkaRefusedException.class)
                    .hasMessageContaining(
                            "topic connections.task-status has the replication factor 1, and connections.kafka.replication-factor is 3")
                    .hasMessageContaining(
                            "topic connections.task-status has min.insync.replicas=1, and this service's settings ask for 2")
                    .hasMessageContaining("topic connections.dead-letters has retention.ms=259200000,");
        }
    }

    @Test
    void aClusterWithTooFewBrokersIsNamed() throws Exception {
        try (Kafka kafka = Kafka.startTemporary()) {
            KafkaSetup setup =
                    setup(Map.of("bootstrap.servers", kafka.bootstrapServers()), Map.of("replication-factor", "3"));
            assertThatThrownBy(() -> untilReset(setup))
                    .isInstanceOf(KafkaRefusedException.class)
                    .hasMessageContaining("too few brokers for connections.kafka.replication-factor");
        }
    }

    @Test
    void aClusterWithoutShareGroupsIsNamed() throws Exception {
        try (Kafka kafka = Kafka.startTemporary()) {
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            try (Admin admin = Admin.create(config)) {
                admin.updateFeatures(
                                Map.of(
                                        "share.version",
                                        new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
                                new UpdateFeaturesOptions())
                        .all()
                        .get();
                // The broker that is asked hears of it a moment later.
                await().until(() -> !admin.describeFeatures()
                        .featureMetadata()
                        .get()
                        .finalizedFeatures()
                        .containsKey("share.version"));
            }
            KafkaSetup setup = setup(config, ASKED);
            assertThatThrownBy(setup::ensure)
                    .isInstanceOf(KafkaRefusedException.class)
                    .hasMessageContaining("kafka-features.sh upgrade --feature share.version=1");
        }
    }

    @Test
    void aRightThatIsMissingIsNamed(@TempDir Path folder) throws Exception {
        Map<String, String> withRules = Map.of(
                "authorizer.class.name",
                "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                "allow.everyone.if.no.acl.found",
                "true");
        try (Kafka kafka = KafkaBroker.start(folder, FreePort.find(), Map.of(), withRules)) {
            Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
            try (Admin admin = Admin.create(config)) {
                rule(admin, ResourceType.GROUP, Topics.WORKERS, AclPermissionType.DENY, AclOperation.ALTER_CONFIGS);
                rule(admin, ResourceType.GROUP, Topics.WORKERS, AclPermissionType.ALLOW, AclOperation.DESCRIBE_CONFIGS);
                assertThatThrownBy(setup(config, ASKED)::ensure)
                        .isInstanceOf(KafkaRefusedException.class)
                        .hasMessageContaining(
                                "this process has no right to set share.auto.offset.reset of the share group task-workers")
                        .hasMessageContaining("connections.kafka.setup=verify");
                admin.deleteAcls(List.of(AclBindingFilter.ANY)).all().get();
                await().until(() ->
                        admin.describeAcls(AclBindingFilter.ANY).values().get().isEmpty());
                ensureAsAWorkerDoes(setup(config, ASKED));
                rule(admin, ResourceType.TOPIC, Topics.TASK_STATUS, AclPermissionType.ALLOW, AclOperation.DESCRIBE);
                rule(
                        admin,
                        ResourceType.TOPIC,
                        Topics.TASK_STATUS,
                        AclPermissionType.ALLOW,
                        AclOperation.DESCRIBE_CONFIGS);
                assertThatThrownBy(setup(config, VERIFY)::ensure)
                        .isInstanceOf(KafkaRefusedException.class)
                        .hasMessageContaining("this process has no right to write to topic connections.task-status");
            }
        }
    }

    private static void rule(
            Admin admin, ResourceType type, String name, AclPermissionType permission, AclOperation operation)
            throws Exception {
        AclBinding binding = new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:ANONYMOUS", "*", operation, permission));
        admin.createAcls(List.of(binding)).all().get();
        await().until(() ->
                !admin.describeAcls(binding.toFilter()).values().get().isEmpty());
    }

    private static void setEarliest(Admin admin) throws Exception {
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, Topics.WORKERS);
        admin.incrementalAlterConfigs(Map.of(
                        group,
                        List.of(new AlterConfigOp(
                                new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    /** Asks again while the broker has not yet applied the offset reset. */
    private static void untilReset(KafkaSetup setup) throws InterruptedException {
        await().ignoreException(NotYetException.class).until(() -> {
            try {
                setup.ensure();
                return true;
            } catch (KafkaRefusedException e) {
                if (String.valueOf(e.getMessage()).contains("offset.reset")) {
                    throw new NotYetException();
                }
                throw e;
            }
        });
    }

    private static final class NotYetException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static KafkaSetup setup(Map<String, Object> config, Map<String, String> asked) {
        return new KafkaSetup(new KafkaAdmin(config), settings(asked), KafkaRights.ofRelays());
    }

    /** The settings that a process reads from these properties below {@code connections.kafka}. */
    static KafkaSettings settings(Map<String, String> asked) {
        Map<String, String> properties = new HashMap<>();
        asked.forEach((name, value) -> properties.put("connections.kafka." + name, value));
        return new Binder(new MapConfigurationPropertySource(properties))
                .bindOrCreate("connections.kafka", KafkaSettings.class);
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
