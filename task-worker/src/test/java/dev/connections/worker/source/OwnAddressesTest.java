package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.embedded.Kafka;
import dev.connections.embedded.Postgres;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
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

    private static JdbcClient jdbc(Postgres postgres) {
        return JdbcClient.create(new DriverManagerDataSource(postgres.jdbcUrl("postgres"), "postgres", ""));
    }
}
