package dev.connections.benchmark;

import dev.connections.connection.SecretSealer;
import dev.connections.loop.BackgroundDatabase;
import dev.connections.outbox.OutboxConfiguration;
import dev.connections.task.RunStore;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.Outcome;
import dev.connections.worker.execution.TaskExecutor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Import;

/** A worker with everything but the real executors: its validations succeed at once, and its crawls after a while. */
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
        return new Idle(TaskType.VALIDATE, Map.of("status", "PASSED", "checks", List.of()), Duration.ZERO);
    }

    @Bean
    TaskExecutor crawl() {
        return new Idle(TaskType.CRAWL, Map.of(), Duration.ofMillis(200));
    }

    private record Idle(TaskType type, Map<String, Object> result, Duration takes) implements TaskExecutor {
        @Override
        public Outcome execute(Execution execution) throws InterruptedException {
            if (takes.isPositive()) {
                Thread.sleep(takes);
            }
            return new Outcome.Succeeded(jdbc -> result);
        }
    }
}
