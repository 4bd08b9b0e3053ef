package dev.connections.api.sweep;

import dev.connections.outbox.Outbox;
import dev.connections.task.RunStatus;
import dev.connections.task.RunSweep;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionTemplate;

/** One round of the sweep, in short transactions; any number of replicas can sweep concurrently. */
final class Sweeper {
    private static final Logger log = LoggerFactory.getLogger(Sweeper.class);
    /** Seldom, because a look reads every open run; sooner where a worker's session has gone. */
    private static final long OPEN_RUNS_EVERY_NS = Duration.ofSeconds(5).toNanos();

    private static final long HISTORY_EVERY_NS = Duration.ofMinutes(1).toNanos();

    private final RunSweep runs;
    private final HistoryStore history;
    private final TransactionTemplate transaction;
    private final Outbox outbox;
    private final MeterRegistry meters;
    private Set<String> gone = Set.of();
    private long nextLook = System.nanoTime();
    private long nextHistory = System.nanoTime();

    Sweeper(RunSweep runs, HistoryStore history, TransactionTemplate transaction, Outbox outbox, MeterRegistry meters) {
        this.runs = runs;
        this.history = history;
        this.transaction = transaction;
        this.outbox = outbox;
        this.meters = meters;
    }

    /** Sweeps once and returns the number of findings. */
    int runOnce() {
        Set<String> goneNow = runs.goneWorkers();
        boolean aWorkerWent = !gone.containsAll(goneNow);
        int found = 0;
        if (aWorkerWent || System.nanoTime() - nextLook >= 0) {
            RunSweep.Stalled stalled = transaction.execute(status -> runs.look());
            found = restart(stalled);
            // Looks again after a worker went: its last claim may be committed only now.
            boolean again = aWorkerWent || !stalled.lost().isEmpty() || !stalled.isAll();
            nextLook = System.nanoTime() + (again ? 0 : OPEN_RUNS_EVERY_NS);
        }
        gone = goneNow;
        return found + removeHistory();
    }

    private int restart(RunSweep.Stalled stalled) {
        List<RunSweep.Found> lost = transaction.execute(status -> runs.freeLost(stalled));
        lost.forEach(run -> report("worker-lost", run));
        List<RunSweep.Found> unclaimed = transaction.execute(status -> runs.commandUnclaimed(stalled));
        unclaimed.forEach(run -> report("unclaimed", run));
        List<RunSweep.Found> orphaned = transaction.execute(status -> runs.cancelChildren(stalled));
        orphaned.forEach(run -> {
            meters.counter("connections.sweep", "found", "orphaned").increment();
            log.warn(
                    "run {} of task {}: canceled because its parent was canceled",
                    run.command().runId(),
                    run.command().taskId());
        });
        int lines = transaction.execute(status -> runs.moveStuckLines());
        if (lines > 0) {
            meters.counter("connections.sweep", "found", "stuck-line").increment(lines);
            log.info("sent the command of the first run in line of {} connections", lines);
        }
        List<RunSweep.Found> moving = Stream.concat(lost.stream(), unclaimed.stream())
                .filter(run -> !run.status().isTerminal())
                .toList();
        if (!lost.isEmpty() || !moving.isEmpty() || !orphaned.isEmpty()) {
            outbox.committed(moving.stream().map(RunSweep.Found::command).toList());
        }
        return lost.size() + unclaimed.size() + orphaned.size() + lines;
    }

    private int removeHistory() {
        if (System.nanoTime() - nextHistory < 0) {
            return 0;
        }
        // Also where it fails, so that each round does not pay for it again.
        nextHistory = System.nanoTime() + HISTORY_EVERY_NS;
        int removed = history.removeEnded();
        if (removed > 0) {
            nextHistory = System.nanoTime();
            log.info("removed the history of {} tasks that ended before the retention time", removed);
            meters.counter("connections.sweep", "found", "old-history").increment(removed);
        }
        return removed;
    }

    private void report(String what, RunSweep.Found run) {
        meters.counter("connections.sweep", "found", what).increment();
        String next = run.status() == RunStatus.RUNNING || run.status() == RunStatus.PENDING
                ? "its command is sent again"
                : "the run is " + run.status();
        log.warn(
                "run {} of task {}: {}, {}",
                run.command().runId(),
                run.command().taskId(),
                what,
                next);
    }
}
