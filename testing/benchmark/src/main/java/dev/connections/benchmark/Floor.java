package dev.connections.benchmark;

import dev.connections.json.Ids;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What any task on PostgreSQL and Kafka costs, with nothing around it: insert a row, send its id, take it from a share group,
 * update the row; each record with commits of its own, without HTTP, rules or events. It runs in this program.
 */
final class Floor implements AutoCloseable {
    private static final String TOPIC = "floor";
    private static final String MARKER = "marker";
    private static final int CONSUMERS = 4;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String INSERT = "insert into floor_task (id, status) values (?, 'PENDING')";
    private static final String UPDATE = "update floor_task set status = 'DONE', updated_at = now() where id = ?";

    private final DataSource database;
    private final Map<String, Object> broker;
    private final Producer<String, String> producer;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong markers = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final List<Future<?>> consumers = new ArrayList<>();

    private Floor(DataSource database, String bootstrapServers) {
        this.database = database;
        this.broker = Map.of("bootstrap.servers", bootstrapServers);
        this.producer = new KafkaProducer<>(broker, new StringSerializer(), new StringSerializer());
    }

    /** Makes its table and its topic, and waits until its consumers take records. */
    static Floor start(DataSource database, String bootstrapServers) throws Exception {
        JdbcClient.create(database)
                .sql("create table floor_task (id uuid primary key, status text not null,"
                        + " created_at timestamptz not null default now(), updated_at timestamptz)")
                .update();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
        Floor floor = new Floor(database, bootstrapServers);
        for (int i = 0; i < CONSUMERS; i++) {
            floor.consumers.add(floor.threads.submit(floor::consume));
        }
        // A group that is new begins with what is sent from now on.
        long until = System.nanoTime() + LIMIT.toNanos();
        while (floor.markers.get() == 0) {
            floor.check(until);
            floor.producer.send(new ProducerRecord<>(TOPIC, MARKER)).get();
            TimeUnit.MILLISECONDS.sleep(100);
        }
        return floor;
    }

    /** Runs the loop with so many clients, and returns the number of tasks after the last one is done. */
    int run(int clients, Duration time) throws Exception {
        long before = done.get();
        long until = System.nanoTime() + time.toNanos();
        List<Future<Integer>> all = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            all.add(threads.submit(() -> produce(until)));
        }
        int sent = 0;
        for (Future<Integer> one : all) {
            sent += one.get();
        }
        long limit = System.nanoTime() + LIMIT.toNanos();
        while (done.get() - before < sent) {
            check(limit);
            TimeUnit.MILLISECONDS.sleep(5);
        }
        return sent;
    }

    @Override
    public void close() {
        ended.set(true);
        threads.close();
        producer.close();
    }

    private void check(long until) throws ExecutionException, InterruptedException {
        for (Future<?> consumer : consumers) {
            if (consumer.isDone()) {
                consumer.get();
            }
        }
        if (System.nanoTime() - until > 0) {
            throw new IllegalStateException("the floor's records did not arrive within " + LIMIT);
        }
    }

    private int produce(long until) throws SQLException, ExecutionException, InterruptedException {
        int sent = 0;
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            while (System.nanoTime() - until < 0) {
                UUID id = Ids.next();
                insert.setObject(1, id);
                insert.executeUpdate();
                producer.send(new ProducerRecord<>(TOPIC, id.toString())).get();
                sent++;
            }
        }
        return sent;
    }

    private Void consume() throws SQLException {
        Map<String, Object> config = Map.of(
                "bootstrap.servers",
                broker.get("bootstrap.servers"),
                "group.id",
                TOPIC,
                "share.acknowledgement.mode",
                "explicit");
        try (ShareConsumer<String, String> consumer =
                        new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer());
                Connection connection = database.getConnection();
                PreparedStatement update = connection.prepareStatement(UPDATE)) {
            consumer.subscribe(List.of(TOPIC));
            while (!ended.get()) {
                for (ConsumerRecord<String, String> record : consumer.poll(POLL)) {
                    if (record.value().equals(MARKER)) {
                        markers.incrementAndGet();
                    } else {
                        update.setObject(1, UUID.fromString(record.value()));
                        done.addAndGet(update.executeUpdate());
                    }
                    consumer.acknowledge(record, AcknowledgeType.ACCEPT);
                }
                consumer.commitAsync();
            }
        }
        return null;
    }
}
