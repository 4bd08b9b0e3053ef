package dev.connections.benchmark;

import dev.connections.connection.SecretSealer;
import dev.connections.loop.BackgroundDatabase;
import dev.connections.outbox.OutboxConfiguration;
import dev.connections.task.RunStore;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.TaskExecutor;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/** A worker with everything but the real executors: its VALIDATE passes at once. */
@SpringBootConfiguration
@EnableAutoConfiguration
@ComponentScan({"dev.connections.worker.execution", "dev.connections.worker.lane"})
@ConfigurationPropertiesScan("dev.connections.worker.execution")
@Import(OutboxConfiguration.class)
class IdleWorker {
    static SpringApplicationBuilder application() {
        return new SpringApplicationBuilder(IdleWorker.class).properties("spring.config.name=task-worker");
    }

    @Bean
    RunStore runStore(BackgroundDatabase database) {
        return new RunStore(database.jdbc());
    }

    @Bean
    SecretSealer secretSealer() {
        return new SecretSealer(SecretSealer.newKeyset());
    }

    @Bean
    TaskExecutor validate() {
        return new Idle();
    }

    private static final class Idle implements TaskExecutor {
        private static final Effect NOTHING = jdbc -> Map.of("status", "PASSED", "checks", List.of());

        @Override
        public TaskType type() {
            return TaskType.VALIDATE;
        }

        @Override
        public Outcome execute(Execution execution) {
            return new Outcome.Succeeded(NOTHING);
        }
    }
}
