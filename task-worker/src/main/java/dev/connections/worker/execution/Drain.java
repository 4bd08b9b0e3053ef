package dev.connections.worker.execution;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** At a stop, lets short runs end and hands the rest back. It stops after the lanes and before the heartbeat. */
@Component
final class Drain implements SmartLifecycle {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);
    private static final int PHASE = 200;
    private static final Duration HAND_BACK_LIMIT = Duration.ofSeconds(5);

    private final RunningRuns running;
    private final WorkerProperties properties;
    private volatile boolean started;

    Drain(RunningRuns running, WorkerProperties properties) {
        this.running = running;
        this.properties = properties;
    }

    @Override
    public void start() {
        started = true;
    }

    @Override
    public void stop() {
        started = false;
        if (ended(properties.grace())) {
            return;
        }
        log.info(
                "handing back the runs that did not end within {} s",
                properties.grace().toSeconds());
        running.stopAll(Execution.StopReason.SHUTDOWN);
        if (!ended(HAND_BACK_LIMIT)) {
            log.warn("some runs did not stop; their leases are left to run out");
        }
    }

    private boolean ended(Duration limit) {
        long until = System.nanoTime() + limit.toNanos();
        try {
            while (!running.isEmpty() && System.nanoTime() - until < 0) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return running.isEmpty();
    }

    @Override
    public boolean isRunning() {
        return started;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
