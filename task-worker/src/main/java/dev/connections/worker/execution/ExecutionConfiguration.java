package dev.connections.worker.execution;

import dev.connections.loop.Loop;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunStore;
import dev.connections.task.WorkerStore;
import dev.connections.worker.presence.Presence;
import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The presence and the heartbeat of this worker. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RetryPolicy.class, SourceLimits.class})
class ExecutionConfiguration {
    private static final int PHASE = 100;

    @Bean
    HeartbeatDatabase heartbeatDatabase(JdbcConnectionDetails details) {
        return new HeartbeatDatabase(details);
    }

    @Bean
    Presence presence(
            WorkerProperties properties,
            RunExecution execution,
            HeartbeatDatabase database,
            JdbcConnectionDetails details) {
        WorkerStore store = new WorkerStore(database.jdbc());
        return new Presence(properties.id(), execution.types(), store, details, properties.lease());
    }

    @Bean
    Heartbeat heartbeat(
            HeartbeatDatabase database, RunningRuns running, Presence presence, WorkerProperties properties) {
        return new Heartbeat(new RunStore(database.jdbc()), running, presence, properties);
    }

    @Bean
    Loop heartbeatLoop(Heartbeat heartbeat) {
        return new Loop("heartbeat", heartbeat::runOnce, Duration.ofSeconds(1), PHASE);
    }
}
