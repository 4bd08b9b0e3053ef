package dev.connections.worker.execution;

import dev.connections.connection.SecretSealer;
import dev.connections.loop.Halt;
import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.task.TaskType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Executes one claimed run, from the executor of its type to the outcome in the database. */
@Component
public final class RunExecution {
    private static final Logger log = LoggerFactory.getLogger(RunExecution.class);

    private final Map<TaskType, TaskExecutor> executors;
    private final SecretSealer sealer;
    private final RunningRuns running;
    private final RunOutcomes outcomes;
    private final WorkerProperties properties;
    private final SourceLimits limits;

    RunExecution(
            List<TaskExecutor> executors,
            SecretSealer sealer,
            RunningRuns running,
            RunOutcomes outcomes,
            WorkerProperties properties,
            SourceLimits limits) {
        this.executors = executors.stream().collect(Collectors.toMap(TaskExecutor::type, Function.identity()));
        this.sealer = sealer;
        this.running = running;
        this.outcomes = outcomes;
        this.properties = properties;
        this.limits = limits;
    }

    /** The types that this worker has an executor and at least one slot for. */
    public Set<TaskType> types() {
        return executors.keySet().stream()
                .filter(type -> properties.slots().of(type) > 0)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Executes the run on this thread; never throws. */
    public void execute(ClaimedRun run) {
        MDC.put("task", run.taskId().toString());
        MDC.put("run", run.runId().toString());
        try {
            ClaimedRun.Target target = run.target();
            if (target == null) {
                outcomes.cancel(run);
            } else {
                executeOn(run, target);
            }
        } catch (DataAccessException | TransactionException e) {
            // Nothing was written: the lease runs out, or the sweeper sees this worker gone, and another takes it.
            log.warn("run {} epoch {}: its outcome could not be written: {}", run.runId(), run.epoch(), e.toString());
        } catch (RuntimeException | Error e) {
            log.error("run {} epoch {} is left to its lease", run.runId(), run.epoch(), e);
        } finally {
            MDC.clear();
        }
    }

    private void executeOn(ClaimedRun run, ClaimedRun.Target target) {
        Execution execution = new Execution(run, target, sealer, limits);
        running.add(execution, properties.limits().of(run.type()));
        Outcome outcome = null;
        try {
            outcome = executor(run.type()).execute(execution);
            if (execution.stopReason() != Execution.StopReason.LOST) {
                outcomes.write(run, outcome);
            }
        } catch (OutOfMemoryError e) {
            // Other threads may have met it too, and died of it.
            Halt.process(execution.toString(), e);
        } catch (Exception | Error e) {
            stopped(execution, e);
        } finally {
            running.remove(execution);
            close(outcome);
        }
    }

    private TaskExecutor executor(TaskType type) {
        TaskExecutor executor = executors.get(type);
        if (executor == null) {
            throw new IllegalStateException("no executor for " + type);
        }
        return executor;
    }

    /** The work threw: because it was stopped, or by itself. */
    private void stopped(Execution execution, Throwable thrown) {
        ClaimedRun run = execution.run();
        Execution.StopReason reason = execution.stopReason();
        if (reason == null && thrown instanceof ConnectionDeletedException) {
            outcomes.cancel(run);
            return;
        }
        if (reason == null) {
            TaskError error = RunFailures.errorOf(thrown);
            if (error.code() == ErrorCode.INTERNAL_ERROR) {
                log.error("{} failed", execution, LoggedFailure.of(thrown, execution));
            }
            outcomes.fail(run, error, RunFailures.isNotConnected(thrown));
            return;
        }
        switch (reason) {
            case CANCELED -> outcomes.cancel(run);
            case SHUTDOWN -> outcomes.handBack(run);
            case TIMED_OUT ->
                outcomes.timedOut(
                        run,
                        Execution.timedOut(properties.limits().of(run.type()).toString())
                                .error());
            case STALLED -> outcomes.fail(run, limits.stalled().error(), false);
            case LOST -> log.info("{} stopped; another worker has the run", execution);
        }
    }

    private static void close(@Nullable Outcome outcome) {
        if (outcome != null) {
            outcome.effect().close();
        }
    }
}
