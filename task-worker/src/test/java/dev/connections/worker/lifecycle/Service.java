package dev.connections.worker.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.connections.connection.ConnectionState;
import dev.connections.embedded.Kafka;
import dev.connections.embedded.Postgres;
import dev.connections.json.Ids;
import dev.connections.lab.ConnectionRow;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.RunStatus;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A database, a broker, and the workers that a test starts on them. */
final class Service implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    final Postgres postgres = Postgres.startTemporary();
    final Kafka kafka = Kafka.startTemporary();
    private final HikariDataSource source = new HikariDataSource();
    final JdbcClient jdbc;
    final TaskStore tasks;
    private final TransactionTemplate transaction;
    private final List<ConfigurableApplicationContext> workers = new ArrayList<>();

    Service() {
        postgres.createDatabase("connections", "connections", "secret");
        source.setJdbcUrl(postgres.jdbcUrl("connections"));
        source.setUsername("connections");
        source.setPassword("secret");
        source.setMinimumIdle(1);
        Flyway.configure().dataSource(source).load().migrate();
        jdbc = JdbcClient.create(source);
        transaction = new TransactionTemplate(new JdbcTransactionManager(source));
        tasks = new TaskStore(jdbc);
    }

    ConfigurableApplicationContext startWorker(String id, Script script, String... properties) {
        ConfigurableApplicationContext worker = new SpringApplicationBuilder(ScriptedWorker.class)
                .web(WebApplicationType.NONE)
                .initializers(context -> context.getBeanFactory().registerSingleton("script", script))
                .properties(
                        "spring.config.name=task-worker",
                        "spring.datasource.url=" + postgres.jdbcUrl("connections"),
                        "spring.datasource.username=connections",
                        "spring.datasource.password=secret",
                        "spring.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                        "connections.worker.id=" + id,
                        "connections.worker.retry-backoff=100ms")
                .properties(properties)
                .run();
        workers.add(worker);
        return worker;
    }

    String connection() {
        String key = "c-" + Ids.next();
        jdbc.sql(ConnectionRow.INSERT)
                .params(ConnectionRow.active(Ids.next(), key).parameters())
                .update();
        return key;
    }

    /** Creates a task and leaves its command to the relays, as an API process that died after the commit would. */
    TaskCommand create(String connectionKey, TaskType type) {
        return create(new NewTask(connectionKey, type, TaskInput.DEFAULT, TaskTrigger.MANUAL, "test", null));
    }

    /** Creates a crawl of one object, so that a connection can have several crawls in flight. */
    TaskCommand createCrawlOf(String connectionKey, UUID objectId) {
        return create(
                new NewTask(connectionKey, TaskType.CRAWL, TaskInput.of(objectId), TaskTrigger.MANUAL, "test", null));
    }

    private TaskCommand create(NewTask task) {
        CreateOutcome outcome = tasks.create(task, Set.of(ConnectionState.ACTIVE));
        TaskCommand command = ((CreateOutcome.Created) outcome).command();
        // The relays leave it to the process that created it for a while.
        jdbc.sql("update command_outbox set available_at = now() where run_id = ?")
                .param(command.runId())
                .update();
        return command;
    }

    /** Sends a record as anybody may who can write to the topic. */
    void send(String topic, String key, byte @Nullable [] value) throws Exception {
        try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, key, value)).get();
        }
    }

    /** The first records of a topic of one partition, as soon as there are so many. */
    List<ConsumerRecord<String, String>> records(String topic, int count) {
        Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(topic, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            await().atMost(LIMIT).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                return records.size() >= count;
            });
            return records;
        }
    }

    void inTransaction(Runnable work) {
        transaction.executeWithoutResult(status -> work.run());
    }

    RunStatus status(UUID taskId) {
        return jdbc.sql("select status from task where id = ?")
                .param(taskId)
                .query(RunStatus.class)
                .single();
    }

    void awaitStatus(UUID taskId, RunStatus status) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(status(taskId)).isEqualTo(status));
    }

    /** The rows of the runs of a task, first attempt first. */
    List<Map<String, Object>> runs(UUID taskId) {
        return jdbc.sql("select * from task_run where task_id = ? order by attempt")
                .param(taskId)
                .query()
                .listOfRows();
    }

    /** The events of a task as 'attempt:previous>status', in sequence. */
    List<String> story(UUID taskId) {
        return jdbc.sql("""
                        select (payload ->> 'attempt') || ':' || coalesce(payload ->> 'previousStatus', '') || '>'
                               || (payload ->> 'status')
                          from task_event where task_id = ? order by sequence""").param(taskId).query(String.class).list();
    }

    @Override
    public void close() {
        workers.forEach(ConfigurableApplicationContext::close);
        source.close();
        kafka.close();
        postgres.close();
    }
}
