package dev.connections.worker.lifecycle;

import dev.connections.connection.SecretSealer;
import dev.connections.loop.BackgroundDatabase;
import dev.connections.outbox.OutboxConfiguration;
import dev.connections.task.RunStore;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.TaskExecutor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/** A worker with everything but the real executors. */
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan({"dev.connections.worker.execution", "dev.connections.worker.lane"})
@ConfigurationPropertiesScan("dev.connections.worker.execution")
@Import(OutboxConfiguration.class)
class ScriptedWorker {
    @Bean
    RunStore runStore(BackgroundDatabase database) {
        return new RunStore(database.jdbc());
    }

    @Bean
    SecretSealer secretSealer() {
        return new SecretSealer(SecretSealer.newKeyset());
    }

    @Bean
    TaskExecutor crawl(Script script) {
        return new ScriptedExecutor(TaskType.CRAWL, script);
    }

    @Bean
    TaskExecutor validate(Script script) {
        return new ScriptedExecutor(TaskType.VALIDATE, script);
    }

    @Bean
    TaskExecutor delete(Script script) {
        return new ScriptedExecutor(TaskType.DELETE, script);
    }
}
