package dev.connections.worker;

import dev.connections.connection.SecretSealer;
import dev.connections.outbox.OutboxConfiguration;
import dev.connections.task.RunStore;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A worker process: as many as ops cares to start take commands and execute runs. */
@SpringBootApplication
@ConfigurationPropertiesScan
@Import(OutboxConfiguration.class)
public class TaskWorker {
    public static void main(String[] args) {
        application().run(args);
    }

    /** The application with its configuration file task-worker.yaml; several applications fit into one class path. */
    public static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(TaskWorker.class)
                .properties("spring.config.name=task-worker")
                .initializers(new ManagementAddress());
    }

    @Bean
    RunStore runStore(JdbcClient jdbc) {
        return new RunStore(jdbc);
    }

    @Bean
    SecretSealer secretSealer(@Value("${connections.secrets.keyset}") String keyset) {
        return new SecretSealer(keyset);
    }
}
