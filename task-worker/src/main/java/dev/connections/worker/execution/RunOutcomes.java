package dev.connections.worker.execution;

import dev.connections.outbox.Outbox;
import dev.connections.task.ClaimedRun;
import dev.connections.task.RetryPolicy;
import dev.connections.task.RunEnd;
import dev.connections.task.RunStore;
import dev.connections.task.TaskError;
import dev.connections.task.TaskType;
import dev.connections.worker.health.ConnectionHealthStore;
import java.time.Duration;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Writes what came of a run: its effect, its state and, where it is worth another try, the next run, in one commit. */
@Component
final class RunOutcomes {
    private static final Logger log = LoggerFactory.getLogger(RunOutcomes.class);

    private final DataSource pool;
    private final Runnable afterCommit;
    private final RetryPolicy retries;
    private final RunGroups groups;

    @Autowired
    RunOutcomes(DataSource pool, Outbox outbox, RetryPolicy retries) {
        this(pool, outbox::committed, retries);
    }

    RunOutcomes(DataSource pool, Runnable afterCommit, RetryPolicy retries) {
        this(pool, afterCommit, retries, new RunGroups(pool, afterCommit));
    }

    RunOutcomes(DataSource pool, Runnable afterCommit, RetryPolicy retries, RunGroups groups) {
        this.pool = pool;
        this.afterCommit = afterCommit;
        this.retries = retries;
        this.groups = groups;
    }

    /** Ends a run as its executor has found. */
    void write(ClaimedRun run, Outcome outcome) {
        switch (outcome) {
            case Outcome.Succeeded done ->
                end(run, "SUCCEEDED", done.effect(), result -> RunEnd.succeeded(run, result));
            case Outcome.Split split -> split(run, split.effect());
            case Outcome.Failed done ->
                end(run, "FAILED", done.effect(), result -> RunEnd.failed(run, done.error(), result));
        }
    }

    private void end(ClaimedRun run, String state, Effect effect, Function<Object, RunEnd> end) {
        if (effect.session() == null && groups.end(new RunGroups.Ending(run, effect, end))) {
            return;
        }
        inTransaction(run, state, effect, (store, result) -> store.end(end.apply(result)));
    }

    private void split(ClaimedRun run, Effect effect) {
        boolean written = inTransaction(
                run,
                "waiting for its children",
                effect,
                (store, result) ->
                        store.hasChildren(run) ? store.waitForChildren(run, result) : store.succeed(run, result));
        if (!written) {
            // Its cancellation may have come first, and nobody else will see to that.
            cancel(run);
        }
    }

    /**
     * Ends a run whose work threw, and makes the next one where that may help.
     *
     * @param notConnected whether it could not connect or log in, which makes the connection of a crawl UNHEALTHY
     */
    void fail(ClaimedRun run, TaskError error, boolean notConnected) {
        fail(run, error, notConnected && run.type() == TaskType.CRAWL ? new Unhealthy(run, error) : null);
    }

    /** Ends a run that reached its time limit, which says nothing of its connection. */
    void timedOut(ClaimedRun run, TaskError error) {
        fail(run, error, null);
    }

    private void fail(ClaimedRun run, TaskError error, @Nullable Effect effect) {
        boolean again = error.retryable() && retries.triesAgainAfter(run.attempt(), run.trigger());
        Duration backoff = retries.backoffAfter(run.attempt());
        inTransaction(run, "FAILED", effect, (store, result) -> {
            boolean won = store.fail(run, error, null);
            if (won && again) {
                store.retry(run, backoff);
            }
            return won;
        });
        log.info(
                "run {} of task {} failed at attempt {}: {} {}; {}",
                run.runId(),
                run.taskId(),
                run.attempt(),
                error.code(),
                error.message(),
                again
                        ? "will be retried in " + backoff.toSeconds() + " s unless it was canceled"
                        : "will not be retried");
    }

    /** Ends a run whose work stopped because it was asked to. */
    void cancel(ClaimedRun run) {
        inTransaction(run, "CANCELED", null, (store, result) -> store.cancel(run));
    }

    /** Gives a run back, for another worker. */
    void handBack(ClaimedRun run) {
        inTransaction(run, "PENDING", null, (store, result) -> store.handBack(run));
    }

    private record Unhealthy(ClaimedRun run, TaskError error) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            ClaimedRun.Target target = run.target();
            if (target != null) {
                ConnectionHealthStore.unhealthy(jdbc, target.connectionId(), error);
            }
            return "";
        }
    }

    private interface Write {
        boolean to(RunStore store, Object result);
    }

    /** Answers whether the run was still held, and so was written. */
    private boolean inTransaction(ClaimedRun run, String state, @Nullable Effect effect, Write write) {
        DataSource session = effect == null ? null : effect.session();
        DataSource source = session == null ? pool : session;
        JdbcClient jdbc = JdbcClient.create(source);
        boolean won =
                Boolean.TRUE.equals(new TransactionTemplate(new JdbcTransactionManager(source)).execute(transaction -> {
                    Object result = effect == null ? "" : effect.apply(jdbc);
                    boolean moved = write.to(new RunStore(jdbc), result);
                    if (!moved) {
                        // A later claim has the run: what this one found must not reach the catalog.
                        transaction.setRollbackOnly();
                    }
                    return moved;
                }));
        if (won) {
            afterCommit.run();
            // Validations are many and short.
            log.atLevel(run.type() == TaskType.VALIDATE ? Level.DEBUG : Level.INFO)
                    .log(
                            "run {} of task {} attempt {} epoch {}: RUNNING -> {}",
                            run.runId(),
                            run.taskId(),
                            run.attempt(),
                            run.epoch(),
                            state);
        } else {
            log.warn("run {} epoch {} is not held any more; its {} changes nothing", run.runId(), run.epoch(), state);
        }
        return won;
    }
}
