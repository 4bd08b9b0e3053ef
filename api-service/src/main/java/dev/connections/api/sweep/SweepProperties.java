package dev.connections.api.sweep;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the sweeper.
 *
 * @param every the pause between two sweeps
 * @param maxLostWorkers how many workers a run may lose before it is FAILED with WORKER_LOST
 * @param retention how long the history of an ended task is kept
 */
@ConfigurationProperties("connections.sweep")
record SweepProperties(
        @DefaultValue("1s") Duration every,
        @DefaultValue("3") int maxLostWorkers,
        @DefaultValue("30d") Duration retention) {}
