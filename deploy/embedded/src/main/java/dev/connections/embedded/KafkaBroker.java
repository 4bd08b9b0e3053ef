package dev.connections.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.jspecify.annotations.Nullable;

/**
 * A KRaft broker and controller in this process, on the loopback address, with its log in one folder.
 *
 * <p>For what needs a broker that stops and comes back on its port and log, or proxies before it. What only needs a
 * broker takes {@link Kafka#startTemporary()}, which may be one in a container.
 */
public final class KafkaBroker implements Kafka {
    private static final int NODE_ID = 1;

    private final Path data;
    private final boolean keep;
    private final int port;
    private final int controllerPort;
    private final SortedMap<Integer, Integer> proxied;
    private final Map<String, String> settings;
    private @Nullable KafkaRaftServer running;

    private KafkaBroker(
            Path data, boolean keep, int port, Map<Integer, Integer> proxied, Map<String, String> settings) {
        this.data = data;
        this.keep = keep;
        this.port = port;
        this.proxied = new TreeMap<>(proxied);
        FreePort.keep(port);
        this.proxied.keySet().forEach(FreePort::keep);
        this.controllerPort = FreePort.find();
        this.settings = Map.copyOf(settings);
        Folders.fill(data, this::format);
        start();
    }

    /** Starts a broker on a free port, in a folder that is removed when it is closed. */
    public static KafkaBroker startTemporary() {
        try {
            return new KafkaBroker(Files.createTempDirectory("kafka-"), false, FreePort.find(), Map.of(), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder for Kafka", e);
        }
    }

    /** Starts a broker on a free port in the folder, which is formatted when it is empty and kept afterwards. */
    public static KafkaBroker start(Path data) {
        return new KafkaBroker(data, true, FreePort.find(), Map.of(), Map.of());
    }

    /**
     * Starts a broker on the port in the folder, where an earlier process may have left it in any state.
     *
     * @param proxied more ports to listen on, each with the port of a proxy that stands before it: clients that came
     *     through that proxy are given its address again
     * @param settings broker settings (the names of server.properties)
     */
    public static KafkaBroker start(Path data, int port, Map<Integer, Integer> proxied, Map<String, String> settings) {
        return new KafkaBroker(data, true, port, proxied, settings);
    }

    /** Starts the broker again after {@link #stop()}, on the same port and log. */
    public void start() {
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties()), Time.SYSTEM);
        server.startup();
        running = server;
    }

    /** Stops the broker; clients see a refused connection until it starts again. */
    public void stop() {
        KafkaRaftServer server = running;
        if (server != null) {
            running = null;
            server.shutdown();
            server.awaitShutdown();
        }
    }

    @Override
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public void close() {
        stop();
        if (!keep) {
            Folders.delete(data);
        }
    }

    private void format() {
        if (Files.exists(data.resolve("meta.properties"))) {
            return;
        }
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .addDirectory(data.toString())
                    .setMetadataLogDirectory(data.toString())
                    .setReleaseVersion(MetadataVersion.latestProduction())
                    .setControllerListenerName("CONTROLLER")
                    .run();
        } catch (Exception e) {
            throw new IllegalStateException("cannot format the Kafka log folder " + data, e);
        }
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE_ID));
        properties.put("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort);
        StringBuilder listeners = new StringBuilder("PLAINTEXT://127.0.0.1:" + port);
        StringBuilder advertised = new StringBuilder("PLAINTEXT://127.0.0.1:" + port);
        StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        proxied.forEach((own, proxy) -> {
            listeners.append(",VIA_").append(proxy).append("://127.0.0.1:").append(own);
            advertised.append(",VIA_").append(proxy).append("://127.0.0.1:").append(proxy);
            protocols.append(",VIA_").append(proxy).append(":PLAINTEXT");
        });
        properties.put("listeners", listeners + ",CONTROLLER://127.0.0.1:" + controllerPort);
        properties.put("advertised.listeners", advertised.toString());
        properties.put("listener.security.protocol.map", protocols.toString());
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("log.dirs", data.toString());
        properties.putAll(ofOneNode());
        properties.putAll(settings);
        return properties;
    }

    /** The settings of a broker that is alone: every internal topic has one replica, and few partitions start faster. */
    static Map<String, String> ofOneNode() {
        Map<String, String> properties = new HashMap<>();
        for (String topic : new String[] {"offsets.topic", "transaction.state.log", "share.coordinator.state.topic"}) {
            properties.put(topic + ".replication.factor", "1");
            properties.put(topic + ".num.partitions", "1");
        }
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("auto.create.topics.enable", "false");
        properties.put("log.cleaner.dedupe.buffer.size", "2097152");
        return properties;
    }
}
