package dev.connections.api;

import dev.connections.loop.ShutdownLimit;
import dev.connections.outbox.OutboxConfiguration;
import java.time.Duration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Import;

/** The REST service. */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(OutboxConfiguration.class)
public class ApiService {
    /** Less than the 30 s that orchestrators wait by default, and more than one phase of the shutdown takes. */
    private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(24);

    /**
     * The application, not yet started. Its configuration is api-service.yaml, so that other applications can share the
     * class path.
     */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(ApiService.class)
                .properties("spring.config.name=api-service")
                .web(WebApplicationType.SERVLET);
    }

    public static void main(String[] args) {
        ShutdownLimit.install(SHUTDOWN_LIMIT);
        application().run(args);
    }
}
