package dev.connections.worker.execution;

import dev.connections.json.Json;
import dev.connections.task.RunStore;
import dev.connections.worker.presence.Presence;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows that the worker lives, extends the leases of its runs, and learns which of them were canceled or lost.
 *
 * <p>One round a second: leases and presence every heartbeat interval; in between a look at the runs, only while any
 * run, and the presence only where it is in doubt.
 */
final class Heartbeat {
    private static final Logger log = LoggerFactory.getLogger(Heartbeat.class);

    private final RunStore store;
    private final RunningRuns running;
    private final Presence presence;
    private final WorkerProperties properties;
    private long nextExtension = System.nanoTime();

    Heartbeat(RunStore store, RunningRuns running, Presence presence, WorkerProperties properties) {
        this.store = store;
        this.running = running;
        this.presence = presence;
        this.properties = properties;
    }

    /** Does one round and returns 0, so that the loop pauses. */
    int runOnce() throws SQLException {
        running.stopOverdue();
        Collection<Execution> held = running.held();
        if (System.nanoTime() - nextExtension >= 0) {
            try {
                if (!held.isEmpty()) {
                    stopLostOrCanceled(held, store.extendLeases(epochs(held), progress(held), properties.lease()));
                }
            } finally {
                // On a session of its own: others must not take all runs for lost where one statement failed.
                presence.show();
            }
            nextExtension = System.nanoTime() + properties.heartbeat().toNanos();
            return 0;
        }
        if (!held.isEmpty()) {
            stopLostOrCanceled(held, store.stillHeld(epochs(held)));
        }
        if (!presence.isShown()) {
            presence.show();
        }
        return 0;
    }

    private void stopLostOrCanceled(Collection<Execution> held, Map<UUID, Boolean> canceled) {
        for (Execution execution : held) {
            Boolean cancel = canceled.get(execution.run().runId());
            if (cancel == null && !running.held().contains(execution)) {
                // It ended between the look at what runs here and the look into the database.
                continue;
            }
            if (cancel == null) {
                log.warn("{} is not held any more; its work stops and writes nothing", execution);
                execution.stop(Execution.StopReason.LOST);
            } else if (cancel) {
                execution.stop(Execution.StopReason.CANCELED);
            }
        }
    }

    private static Map<UUID, Integer> epochs(Collection<Execution> held) {
        Map<UUID, Integer> epochs = new HashMap<>();
        held.forEach(
                execution -> epochs.put(execution.run().runId(), execution.run().epoch()));
        return epochs;
    }

    private static Map<UUID, String> progress(Collection<Execution> held) {
        Map<UUID, String> reported = new HashMap<>();
        for (Execution execution : held) {
            Execution.Progress progress = execution.progress();
            if (progress != null) {
                reported.put(execution.run().runId(), Json.write(progress));
            }
        }
        return reported;
    }
}
