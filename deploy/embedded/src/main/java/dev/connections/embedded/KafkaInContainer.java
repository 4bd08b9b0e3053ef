package dev.connections.embedded;

import java.util.Locale;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A KRaft broker and controller of the same version as the embedded one, in a container.
 *
 * <p>The image formats its log for its own release, and from 4.2 on that has share groups ({@code share.version=1});
 * what is left to say is that their coordinator's topic has one replica, as the other settings of a lonely node.
 */
final class KafkaInContainer implements Kafka {
    private final KafkaContainer container = new KafkaContainer("apache/kafka:" + AppInfoParser.getVersion());

    KafkaInContainer() {
        KafkaBroker.ofOneNode()
                .forEach((name, value) ->
                        container.withEnv("KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT), value));
        container.start();
    }

    @Override
    public String bootstrapServers() {
        return container.getBootstrapServers();
    }

    @Override
    public void close() {
        container.stop();
    }
}
