package dev.connections.embedded;

/** A Kafka broker with share groups on this machine. */
public sealed interface Kafka extends AutoCloseable permits KafkaBroker, KafkaInContainer {
    /** Starts a broker whose log is removed when it is closed: an embedded one, or a container where those are asked for. */
    static Kafka startTemporary() {
        return Containers.areChosen() ? new KafkaInContainer() : KafkaBroker.startTemporary();
    }

    /** What a client gives as {@code bootstrap.servers}. */
    String bootstrapServers();

    /** Stops the broker and, where it was a temporary one, removes its log. */
    @Override
    void close();
}
