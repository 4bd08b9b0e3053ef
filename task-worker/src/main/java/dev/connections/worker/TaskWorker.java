package dev.connections.worker;

import dev.connections.connection.SecretSealer;
import dev.connections.loop.BackgroundDatabase;
import dev.connections.loop.ShutdownLimit;
import dev.connections.outbox.OutboxConfiguration;
import dev.connections.task.RunStore;
import dev.connections.worker.execution.WorkerProperties;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** A worker process: as many as ops cares to start take commands and execute runs. */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(OutboxConfiguration.class)
public class TaskWorker {
    /** What a shutdown takes besides the grace for runs: handing them back, leaving Kafka, the last events. */
    private static final Duration REST_OF_SHUTDOWN = Duration.ofSeconds(20);

    public static void main(String[] args) {
        WorkerProperties properties = application().run(args).getBean(WorkerProperties.class);
        ShutdownLimit.install(properties.grace().plus(REST_OF_SHUTDOWN));
    }

    /** The application with its configuration file task-worker.yaml; several applications fit into one class path. */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(TaskWorker.class)
                .properties("spring.config.name=task-worker")
                .initializers(new ManagementAddress());
    }

    /** For claims, which must not wait for a connection that a run holds. */
    @Bean
    RunStore runStore(BackgroundDatabase database) {
        return new RunStore(database.jdbc());
    }

    @Bean
    SecretSealer secretSealer(@Value("${connections.secrets.keyset}") String keyset) {
        return new SecretSealer(keyset);
    }
}
