package dev.connections.worker.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.worker.execution.TaskExecutor;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.mock.env.MockEnvironment;

class NetworkPropertiesTest {
    @Test
    void refusePrivateNetworksAndWaitTenSecondsByDefault() {
        assertThat(bound(new MockEnvironment())).isEqualTo(new NetworkProperties(false, Duration.ofSeconds(10)));
    }

    @Test
    void canBeConfigured() {
        assertThat(bound(new MockEnvironment()
                        .withProperty("connections.worker.network.allow-private", "true")
                        .withProperty("connections.worker.network.connect-timeout", "3s")))
                .isEqualTo(new NetworkProperties(true, Duration.ofSeconds(3)));
    }

    @Test
    void areThereWithTheConnectorWhereTheWorkerScansItsPackages() {
        new ApplicationContextRunner()
                .withUserConfiguration(Scan.class)
                .withPropertyValues("connections.worker.network.allow-private=true")
                .run(context -> {
                    assertThat(context).hasSingleBean(SourceDialer.class).hasSingleBean(TaskExecutor.class);
                    assertThat(context.getBean(NetworkProperties.class).allowPrivate())
                            .isTrue();
                });
    }

    @ComponentScan({"dev.connections.worker.source", "dev.connections.worker.validate"})
    static class Scan {}

    private static NetworkProperties bound(MockEnvironment environment) {
        return Binder.get(environment).bindOrCreate("connections.worker.network", NetworkProperties.class);
    }
}
