package dev.connections.api.schedule;

import dev.connections.loop.BackgroundDatabase;
import dev.connections.loop.Loop;
import dev.connections.outbox.Outbox;
import dev.connections.task.TaskStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The scheduler of this process; any number of processes can run one. */
@Configuration(proxyBeanMethods = false)
class ScheduleConfiguration {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int PHASE = 100;

    @Bean
    Scheduler scheduler(BackgroundDatabase database, Outbox outbox, MeterRegistry meters) {
        JdbcClient jdbc = database.jdbc();
        return new Scheduler(new ScheduleStore(jdbc), new TaskStore(jdbc), database.transaction(), outbox, meters);
    }

    @Bean
    Loop scheduleLoop(Scheduler scheduler) {
        return new Loop("scheduler", scheduler::runOnce, EVERY, PHASE);
    }
}
