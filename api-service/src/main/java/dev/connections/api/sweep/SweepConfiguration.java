package dev.connections.api.sweep;

import dev.connections.loop.BackgroundDatabase;
import dev.connections.loop.Loop;
import dev.connections.outbox.Outbox;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunSweep;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The sweeper of this process. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RetryPolicy.class)
class SweepConfiguration {
    private static final int PHASE = 100;

    @Bean
    Sweeper sweeper(
            BackgroundDatabase database,
            Outbox outbox,
            MeterRegistry meters,
            RetryPolicy retries,
            SweepProperties properties) {
        JdbcClient jdbc = database.jdbc();
        RunSweep runs = new RunSweep(jdbc, retries, properties.maxLostWorkers());
        HistoryStore history = new HistoryStore(jdbc, properties.retention());
        return new Sweeper(runs, history, database.transaction(), outbox, meters);
    }

    @Bean
    Loop sweepLoop(Sweeper sweeper, SweepProperties properties) {
        return new Loop("sweeper", sweeper::runOnce, properties.every(), PHASE);
    }
}
