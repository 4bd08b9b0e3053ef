package dev.connections.worker.execution;

import dev.connections.loop.Loop;
import dev.connections.task.WorkerStore;
import dev.connections.worker.presence.Presence;
import java.time.Duration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The presence and the heartbeat of this worker. */
@Configuration(proxyBeanMethods = false)
class ExecutionConfiguration {
    private static final int PHASE = 100;

    @Bean
    Presence presence(
            WorkerProperties properties, RunExecution execution, WorkerStore store, JdbcConnectionDetails details) {
        return new Presence(properties.id(), execution.types(), store, details, properties.lease());
    }

    @Bean
    Loop heartbeatLoop(Heartbeat heartbeat) {
        return new Loop("heartbeat", heartbeat::runOnce, Duration.ofSeconds(1), PHASE);
    }
}
