package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class OwnServicesTest {
    private final OwnServices services = OwnServices.of(
            new MockEnvironment()
                    .withProperty(
                            "spring.datasource.url", "jdbc:postgresql://192.0.2.1:5433,localhost/connections?ssl=true")
                    .withProperty(
                            "spring.kafka.bootstrap-servers",
                            "PLAINTEXT://192.0.2.2:9093, 192.0.2.3,[2001:db8::1]:9094"),
            () -> Set.of(InetSocketAddress.createUnresolved("192.0.2.9", 9095)));

    @Test
    void areTheHostsOfTheDataSourceAndTheBrokers() {
        assertThat(included("192.0.2.1", 5433)).isTrue();
        assertThat(included("192.0.2.2", 9093)).isTrue();
        assertThat(included("192.0.2.3", 9092)).isTrue();
        assertThat(included("2001:db8::1", 9094)).isTrue();
    }

    @Test
    void areWhatTheServersSayOfThemselvesToo() {
        assertThat(included("192.0.2.9", 9095)).isTrue();
        assertThat(included("192.0.2.9", 9096)).isFalse();
    }

    @Test
    void doNotIncludeOtherPortsAndHosts() {
        assertThat(included("192.0.2.1", 5432)).isFalse();
        assertThat(included("192.0.2.4", 5433)).isFalse();
    }

    @Test
    void includeEveryAddressOfThisMachineWhereOneIsLocal() {
        assertThat(included("127.0.0.77", 5432)).isTrue();
        assertThat(included("::1", 5432)).isTrue();
    }

    @Test
    void areNoneWhereNothingIsConfigured() {
        assertThat(OwnServices.of(new MockEnvironment(), Set::of).include(InetAddress.getLoopbackAddress(), 5432))
                .isFalse();
    }

    private boolean included(String literal, int port) {
        return services.include(new InetSocketAddress(literal, port).getAddress(), port);
    }
}
