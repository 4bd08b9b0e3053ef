package dev.connections.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPartsTest {
    @Test
    void postgresRefusesAWrongPasswordAndKeepsItsDataOverARestart(@TempDir Path folder) throws SQLException {
        try (PostgresServer server = PostgresServer.start(folder.resolve("pg"), Map.of())) {
            server.createDatabase("shop", "clerk", "right");
            server.execute("shop", "create table kept (id int)");
            assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl("shop"), "clerk", "wrong"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            server.stop();
            server.start();
            try (var connection = DriverManager.getConnection(server.jdbcUrl("shop"), "clerk", "right")) {
                assertThat(connection
                                .getMetaData()
                                .getTables(null, "public", "kept", null)
                                .next())
                        .isTrue();
            }
        }
    }

    @Test
    void postgresThatCrashedComesBackOnItsPortWithWhatWasCommitted(@TempDir Path folder) throws SQLException {
        Map<String, String> durable = Map.of("synchronous_commit", "on");
        try (PostgresServer server = PostgresServer.start(folder.resolve("pg"), FreePort.find(), durable)) {
            server.execute("postgres", "create table kept as select 1 as id");
            try (var cutOff = server.connect("postgres")) {
                server.crash();
                assertThat(cutOff.isValid(5)).isFalse();
            }
            server.start();
            server.execute("postgres", "update kept set id = id + 1");
        }
    }

    @Test
    void aProtectedPostgresAsksItsSuperuserForThePasswordAlsoWhereTheFolderHadNone(@TempDir Path folder)
            throws SQLException {
        Path data = folder.resolve("pg");
        try (PostgresServer open = PostgresServer.start(data, Map.of())) {
            open.execute("postgres", "create table kept as select 1 as id");
        }
        for (int start = 0; start < 2; start++) {
            try (PostgresServer server =
                    PostgresServer.startProtected(data, FreePort::find, Map.of(), "s3cretOfTheSuperuser")) {
                server.execute("postgres", "update kept set id = id + 1");
                String url = server.jdbcUrl("postgres");
                assertThatThrownBy(() -> DriverManager.getConnection(url + "?user=postgres"))
                        .hasMessageContaining("password");
                assertThatThrownBy(() -> DriverManager.getConnection(url, "postgres", "guessed"))
                        .hasMessageContaining("password authentication failed");
                server.crash();
                server.start();
                server.connect("postgres").close();
            }
        }
    }

    @Test
    void postgresStartsOverWhereItsFirstStartWasKilled(@TempDir Path folder) throws IOException {
        Path data = Files.createDirectory(folder.resolve("pg"));
        Files.writeString(data.resolve("PG_VERSION"), "half of an initdb");
        Files.writeString(folder.resolve("pg.unfinished"), "");
        try (PostgresServer server = PostgresServer.start(data, Map.of())) {
            assertThat(server.port()).isPositive();
        }
        assertThat(folder.resolve("pg.unfinished")).doesNotExist();
    }

    @Test
    void kafkaAdvertisesTheProxyToAClientThatConnectedThroughIt(@TempDir Path folder) throws Exception {
        int own = FreePort.find();
        int port = FreePort.find();
        // Where a proxy would be there is the broker itself, so that the client finds somebody.
        try (KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"), port, Map.of(own, port), Map.of())) {
            assertThat(toldAddress("127.0.0.1:" + own)).isEqualTo(broker.bootstrapServers());
        }
    }

    private static String toldAddress(String servers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
            Node node = admin.describeCluster().nodes().get().iterator().next();
            return node.host() + ":" + node.port();
        }
    }

    @Test
    void kafkaKeepsRecordsForAShareGroupOverARestart(@TempDir Path folder) throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(folder.resolve("kafka"))) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            try (Admin admin = Admin.create(client)) {
                admin.createTopics(List.of(new NewTopic("work", 1, (short) 1)))
                        .all()
                        .get();
                ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, "workers");
                AlterConfigOp earliest = new AlterConfigOp(
                        new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
                admin.incrementalAlterConfigs(Map.of(group, List.of(earliest)))
                        .all()
                        .get();
            }
            try (var producer = new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
                producer.send(new ProducerRecord<>("work", "key", "value")).get();
            }
            broker.stop();
            broker.start();
            Map<String, Object> consumerConfig =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "group.id", "workers");
            try (var consumer =
                    new KafkaShareConsumer<>(consumerConfig, new StringDeserializer(), new StringDeserializer())) {
                consumer.subscribe(List.of("work"));
                assertThat(consumer.poll(Duration.ofSeconds(30))
                                .iterator()
                                .next()
                                .value())
                        .isEqualTo("value");
            }
        }
    }
}
