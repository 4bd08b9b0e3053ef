package dev.connections.worker.lane;

import dev.connections.loop.Loop;
import dev.connections.loop.LoopOwner;
import dev.connections.outbox.KafkaSetup;
import dev.connections.outbox.Outbox;
import dev.connections.task.RunStore;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.RunExecution;
import dev.connections.worker.execution.WorkerProperties;
import dev.connections.worker.presence.Presence;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The lanes of this worker; the first to stop and the last to start, since they bring new work in. */
@Component
final class Lanes implements SmartLifecycle, LoopOwner, HealthIndicator {
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int PHASE = 300;

    /** Connections for claims, outcomes and relays. */
    private static final int SHORT_USES = 4;

    private final WorkerProperties properties;
    private final Lane.Collaborators collaborators;
    private final List<Loop> loops = new CopyOnWriteArrayList<>();
    private final List<Lane> lanes = new CopyOnWriteArrayList<>();

    Lanes(
            WorkerProperties properties,
            CommandConsumers consumers,
            KafkaSetup setup,
            RunStore store,
            Outbox outbox,
            Work work,
            @Value("${spring.datasource.hikari.maximum-pool-size:10}") int poolSize) {
        int held = properties.slots().of(TaskType.CRAWL) + properties.slots().of(TaskType.DELETE);
        if (held + SHORT_USES > poolSize) {
            throw new IllegalArgumentException("every crawl and deletion holds a database connection: " + held
                    + " slots for them need spring.datasource.hikari.maximum-pool-size to be at least "
                    + (held + SHORT_USES) + ", not " + poolSize);
        }
        this.properties = properties;
        this.collaborators = new Lane.Collaborators(
                consumers, setup, store, outbox, work.execution(), work.presence(), work.deadLetters());
    }

    /** Where claimed runs and unreadable commands go, and who takes them. */
    @Component
    record Work(RunExecution execution, Presence presence, DeadLetters deadLetters) {}

    @Override
    public void start() {
        for (TaskType type : collaborators.execution().types()) {
            Lane lane = new Lane(type, properties, collaborators);
            Loop loop = new Loop("lane-" + type.name().toLowerCase(Locale.ROOT), lane::runOnce, RETRY, PHASE);
            lanes.add(lane);
            loops.add(loop);
            loop.start();
        }
    }

    @Override
    public void stop() {
        loops.forEach(Loop::stop);
        lanes.forEach(Lane::close);
        loops.clear();
        lanes.clear();
    }

    @Override
    public Collection<Loop> loops() {
        return List.copyOf(loops);
    }

    /**
     * For readiness: DOWN while a lane takes no commands, because Kafka was not set up yet or the worker is cut off from
     * its database.
     */
    @Override
    public Health health() {
        List<String> closed = lanes.stream()
                .filter(lane -> !lane.takesCommands())
                .map(lane -> lane.type().name())
                .toList();
        return closed.isEmpty()
                ? Health.up().build()
                : Health.down().withDetail("takeNoCommands", closed).build();
    }

    @Override
    public boolean isRunning() {
        return !loops.isEmpty();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
