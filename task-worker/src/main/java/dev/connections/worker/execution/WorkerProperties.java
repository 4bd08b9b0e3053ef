package dev.connections.worker.execution;

import dev.connections.task.TaskType;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a worker works.
 *
 * @param id the worker's name, shown as a run's workerId; default: host name and a random suffix
 * @param slots how many runs of each type it executes at once
 * @param lease how long a run stays with a worker that no longer extends its lease
 * @param heartbeat how often leases are extended
 * @param limits the wall-clock limit of a run of each type
 * @param grace how long a stop waits for the runs to end before it hands them back
 * @param runsPerConnection how many runs of one connection all workers together execute at once
 */
@ConfigurationProperties("connections.worker")
public record WorkerProperties(
        @Nullable String id,
        @DefaultValue Slots slots,
        @DefaultValue("20s") Duration lease,
        @DefaultValue("5s") Duration heartbeat,
        @DefaultValue Limits limits,
        @DefaultValue("8s") Duration grace,
        @DefaultValue("2") int runsPerConnection) {
    /** How many runs of each type a worker executes at once; 0 takes none of that type. */
    public record Slots(
            @DefaultValue("4") int crawl,
            @DefaultValue("4") int validate,
            @DefaultValue("2") int delete) {
        /** The slots of the type's lane. */
        public int of(TaskType type) {
            return switch (type) {
                case CRAWL -> crawl;
                case VALIDATE -> validate;
                case DELETE -> delete;
            };
        }
    }

    /** The wall-clock limit of a run of each type. */
    public record Limits(
            @DefaultValue("4h") Duration crawl,
            @DefaultValue("1m") Duration validate,
            @DefaultValue("1h") Duration delete) {
        /** The limit of the type. */
        public Duration of(TaskType type) {
            return switch (type) {
                case CRAWL -> crawl;
                case VALIDATE -> validate;
                case DELETE -> delete;
            };
        }
    }

    public WorkerProperties {
        id = Objects.requireNonNullElseGet(id, WorkerProperties::generatedId);
    }

    /** The worker's name. */
    @Override
    public String id() {
        return Objects.requireNonNull(id);
    }

    private static String generatedId() {
        String suffix = Integer.toString(ThreadLocalRandom.current().nextInt(36 * 36 * 36 * 36), 36);
        try {
            return InetAddress.getLocalHost().getHostName() + "-" + suffix;
        } catch (UnknownHostException e) {
            return "worker-" + suffix;
        }
    }
}
