package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.Kafka;
import dev.connections.embedded.Postgres;
import dev.connections.embedded.PostgresServer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.kafka.core.KafkaAdmin;

class OwnAddressesTest {
    private final StaticListableBeanFactory beans = new StaticListableBeanFactory();
    private final OwnAddresses addresses =
            new OwnAddresses(beans.getBeanProvider(KafkaAdmin.class), beans.getBeanProvider(JdbcClient.class));

    @Test
    void areTheBrokersAndTheDatabaseAsTheySayThemselves() {
        try (Kafka kafka = Kafka.startTemporary();
                Postgres postgres = Postgres.startTemporary()) {
            beans.addBean("admin", new KafkaAdmin(Map.of("bootstrap.servers", kafka.bootstrapServers())));
            beans.addBean("jdbc", jdbc(postgres));

            String broker = kafka.bootstrapServers();
            assertThat(addresses.get())
                    .contains(
                            InetSocketAddress.createUnresolved(
                                    broker.substring(0, broker.lastIndexOf(':')),
                                    Integer.parseInt(broker.substring(broker.lastIndexOf(':') + 1))),
                            InetSocketAddress.createUnresolved("127.0.0.1", postgres.port()));
        }
    }

    @Test
    void areThoseThatCanBeAskedForWhereTheOthersAreDown() {
        try (Postgres postgres = Postgres.startTemporary()) {
            // Nothing listens on the port of the discard protocol.
            beans.addBean("admin", new KafkaAdmin(Map.of("bootstrap.servers", "127.0.0.1:9")));
            beans.addBean("jdbc", jdbc(postgres));

            assertThat(addresses.get())
                    .containsExactly(InetSocketAddress.createUnresolved("127.0.0.1", postgres.port()));
        }
    }

    @Test
    void areNotAskedForAtEachDialWhileNobodyAnswers() {
        AtomicInteger asked = new AtomicInteger();
        beans.addBean("admin", new KafkaAdmin(Map.of("bootstrap.servers", "127.0.0.1:9")) {
            @Override
            public Map<String, Object> getConfigurationProperties() {
                asked.incrementAndGet();
                return super.getConfigurationProperties();
            }
        });

        assertThat(addresses.get()).isEmpty();
        assertThat(addresses.get()).isEmpty();

        assertThat(asked).hasValue(1);
    }

    @Test
    void areThoseOfReplicasToo(@TempDir Path folder) throws Exception {
        Path rules = Files.writeString(
                folder.resolve("rules"), "host all all 127.0.0.0/8 trust\nhost replication all 127.0.0.0/8 trust\n");
        try (PostgresServer primary = PostgresServer.startTemporary(Map.of("hba_file", rules.toString()))) {
            beans.addBean(
                    "jdbc",
                    JdbcClient.create(new DriverManagerDataSource(
                            "jdbc:postgresql://127.0.0.1:" + primary.port() + "/postgres", "postgres", "")));
            Properties asReplica = new Properties();
            asReplica.setProperty("user", "postgres");
            asReplica.setProperty("replication", "true");
            asReplica.setProperty("assumeMinServerVersion", "15");
            asReplica.setProperty("preferQueryMode", "simple");
            asReplica.setProperty("localSocketAddress", "127.0.0.5");
            try (Connection replica =
                    DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + primary.port() + "/", asReplica)) {
                assertThat(replica.isClosed()).isFalse();
                assertThat(addresses.get()).contains(InetSocketAddress.createUnresolved("127.0.0.5", primary.port()));
            }
        }
    }

    private static JdbcClient jdbc(Postgres postgres) {
        return JdbcClient.create(new DriverManagerDataSource(postgres.jdbcUrl("postgres"), "postgres", ""));
    }
}
