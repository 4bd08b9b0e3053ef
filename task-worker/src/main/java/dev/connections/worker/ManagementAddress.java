package dev.connections.worker;

import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Binds a management port of its own to the loopback address unless an address is configured: the port has no login. The
 * framework refuses an address where there is no such port, so that this cannot be a default of the configuration file.
 */
final class ManagementAddress implements ApplicationContextInitializer<ConfigurableApplicationContext> {
    private static final String ADDRESS = "management.server.address";

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (ManagementPortType.get(environment) == ManagementPortType.DIFFERENT
                && !environment.containsProperty(ADDRESS)) {
            environment
                    .getPropertySources()
                    .addLast(new MapPropertySource("managementAddress", Map.of(ADDRESS, "127.0.0.1")));
        }
    }
}
