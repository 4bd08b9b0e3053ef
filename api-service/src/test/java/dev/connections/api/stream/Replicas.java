package dev.connections.api.stream;

import static org.awaitility.Awaitility.await;

import dev.connections.api.ApiService;
import dev.connections.connection.SecretSealer;
import dev.connections.embedded.KafkaBroker;
import dev.connections.embedded.Postgres;
import dev.connections.lab.Tokens;
import dev.connections.outbox.Outbox;
import dev.connections.task.Topics;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** API processes on one database and one broker, and the tasks that a test moves past them, as a worker would. */
final class Replicas implements AutoCloseable {
    /** The looks that do not wait for Kafka are left out. */
    static final String ONLY_KAFKA = "--connections.stream.look-every=1h";

    static final String OFTEN = "--connections.stream.look-every=100ms";

    final Postgres postgres = Postgres.startTemporary();
    final KafkaBroker kafka = KafkaBroker.startTemporary();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Tokens tokens = new Tokens();
    private final String token = tokens.mint("alice", "connections:read");
    private final String keyset = SecretSealer.newKeyset();
    private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

    Replicas() {
        postgres.createDatabase("connections", "api", "api");
    }

    /** One API process. */
    record Replica(ConfigurableApplicationContext context, int port) {
        <T> T bean(Class<T> type) {
            return context.getBean(type);
        }
    }

    Replica start(String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + postgres.jdbcUrl("connections"),
                "--spring.datasource.username=api",
                "--spring.datasource.password=api",
                "--spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--connections.sweep.every=1h",
                "--connections.stream.per-subject=5000",
                "--server.tomcat.max-connections=10000",
                "--connections.secrets.keyset=" + keyset,
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + tokens.publicKeyFile()));
        all.addAll(List.of(arguments));
        ConfigurableApplicationContext context = ApiService.application().run(all.toArray(String[]::new));
        contexts.add(context);
        return new Replica(
                context, Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port")));
    }

    /** A new task on a new connection, PENDING. */
    MovedTask newTask(Replica by) {
        return MovedTask.create(by.bean(JdbcClient.class), by.bean(Outbox.class), by.bean(TransactionTemplate.class));
    }

    Follower follow(Replica at, MovedTask task) {
        return follow(at, task, null);
    }

    Follower follow(Replica at, MovedTask task, @Nullable String lastEventId) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.port() + task.path()))
                .header("Authorization", "Bearer " + token())
                .header("Accept", "text/event-stream");
        return new Follower((lastEventId == null ? request : request.header("Last-Event-ID", lastEventId)).build());
    }

    String token() {
        return token;
    }

    /** The first records of a task on the status topic, as any reader gets them. */
    List<ConsumerRecord<String, String>> recordsOf(MovedTask task, int count) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "auto.offset.reset", "earliest");
        try (Consumer<String, String> reader =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            reader.assign(reader.partitionsFor(Topics.TASK_STATUS).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList());
            List<ConsumerRecord<String, String>> found = new ArrayList<>();
            await().atMost(LIMIT).until(() -> {
                reader.poll(Duration.ofMillis(200)).forEach(record -> {
                    if (task.id().toString().equals(record.key())) {
                        found.add(record);
                    }
                });
                return found.size() >= count;
            });
            return found;
        }
    }

    /**
     * Waits until the replica hears of events by Kafka. The first event is read when the stream opens; without looks, a
     * further one comes only after such news, which may have begun behind the events before it.
     */
    void awaitNews(Replica replica) {
        MovedTask task = newTask(replica);
        Follower follower = follow(replica, task).hasCome(1);
        await().atMost(LIMIT).until(() -> {
            task.runAndHandBack();
            return follower.sequences().getLast() > 1;
        });
        task.succeed();
        follower.leave();
    }

    @Override
    public void close() {
        contexts.forEach(ConfigurableApplicationContext::close);
        kafka.close();
        postgres.close();
    }
}
