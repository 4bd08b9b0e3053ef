package dev.connections.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.mock.env.MockEnvironment;

class ManagementAddressTest {
    private final MockEnvironment environment = new MockEnvironment().withProperty("server.port", "0");

    @Test
    void aManagementPortIsOpenOnTheLoopbackAddressOnly() {
        environment.withProperty("management.server.port", "9090");
        assertThat(address()).isEqualTo("127.0.0.1");
    }

    @Test
    void aConfiguredAddressStays() {
        environment.withProperty("management.server.port", "0").withProperty("management.server.address", "10.0.0.1");
        assertThat(address()).isEqualTo("10.0.0.1");
    }

    @Test
    void withoutAPortOfItsOwnThereIsNoAddress() {
        assertThat(address()).isNull();
    }

    private @Nullable String address() {
        try (GenericApplicationContext context = new GenericApplicationContext()) {
            context.setEnvironment(environment);
            TaskWorker.application().application().getInitializers().stream()
                    .filter(ManagementAddress.class::isInstance)
                    .forEach(initializer -> ((ManagementAddress) initializer).initialize(context));
            return environment.getProperty("management.server.address");
        }
    }
}
