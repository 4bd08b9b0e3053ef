package dev.connections.api.task;

import dev.connections.api.http.problem.ConnectionProblems;
import dev.connections.api.http.problem.FailureProblems;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.connection.ConnectionState;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Creates tasks for requests: reports refusals as the contract's problems, and publishes commands after the commit.
 */
@Component
public class TaskRequests {
    /** For those of several tasks that cannot be created together. */
    static final Duration ALONE_LIMIT = Duration.ofSeconds(5);

    private final TaskStore tasks;
    private final TaskGroups groups;
    private final Backlog backlog;
    private final CommandOffers offers;
    private final TransactionTemplate transaction;

    TaskRequests(
            TaskStore tasks,
            TaskGroups groups,
            Backlog backlog,
            CommandOffers offers,
            TransactionTemplate transaction) {
        this.tasks = tasks;
        this.groups = groups;
        this.backlog = backlog;
        this.offers = offers;
        this.transaction = transaction;
    }

    /** Creates a task other than the deletion of a whole connection. */
    public CreatedTask create(NewTask task) {
        refuseWhenFull();
        if (TransactionSynchronizationManager.isActualTransactionActive()) {
            return created(task, tasks.create(task, task.allowedStates()), TaskProblems.stateForbids(task));
        }
        CreateOutcome.Created grouped = groups.create(task);
        return grouped == null ? createOrRefuse(task) : new CreatedTask(task, grouped.command(), grouped.createdAt());
    }

    /** Throws the 503 problem while too many commands are waiting for Kafka. */
    void refuseWhenFull() {
        backlog.refuseWhenFull();
    }

    /**
     * Creates tasks other than deletions of whole connections, as many as possible by one transaction.
     *
     * @return what came of each, in their order; those that the time does not suffice for are refused with 503
     */
    List<TaskResult> createAll(List<NewTask> all) {
        if (all.isEmpty()) {
            return List.of();
        }
        List<CreateOutcome.@Nullable Created> together;
        try {
            together = groups.createTogether(all);
        } catch (RuntimeException e) {
            ProblemException problem = FailureProblems.ofPart(e);
            return all.stream()
                    .map(task -> TaskResult.refused(task.connectionKey(), problem))
                    .toList();
        }
        long until = System.nanoTime() + ALONE_LIMIT.toNanos();
        List<TaskResult> results = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            NewTask task = all.get(i);
            CreateOutcome.Created created = together.get(i);
            results.add(TaskResult.of(task.connectionKey(), () -> {
                if (created != null) {
                    return new CreatedTask(task, created.command(), created.createdAt());
                }
                requireTimeUntil(until);
                return createOrRefuse(task);
            }));
        }
        return results;
    }

    /** Throws the 503 problem of one of several tasks after the time, in {@link System#nanoTime}. */
    static void requireTimeUntil(long nanoTime) {
        if (System.nanoTime() - nanoTime > 0) {
            throw ProblemException.unavailable(
                    "There was no time left for this task. Nothing was changed; try again later.");
        }
    }

    private CreatedTask createOrRefuse(NewTask task) {
        // The commit is sent only after the insert was answered, so a request that timed out before leaves no task.
        return transaction.execute(
                status -> created(task, tasks.createOrRefuse(task), TaskProblems.stateForbids(task)));
    }

    /** Begins the deletion of a whole connection. */
    public CreatedTask createDeletion(String connectionKey, boolean force, String actor) {
        refuseWhenFull();
        // Also from DELETING: if a connection is ever left in that state without a deletion in flight, this recovers
        // it.
        Set<ConnectionState> states = EnumSet.of(ConnectionState.INACTIVE, ConnectionState.DELETING);
        if (force) {
            states.add(ConnectionState.UNHEALTHY);
        }
        NewTask task = new NewTask(connectionKey, TaskType.DELETE, TaskInput.DEFAULT, TaskTrigger.MANUAL, actor, null);
        ProblemException otherwise = TaskProblems.stateForbidsDeletion(force);
        // A refusal is thrown inside the transaction, so that it rolls back the change of state.
        return transaction.execute(
                status -> created(task, tasks.createDeletion(connectionKey, states, actor), otherwise));
    }

    private CreatedTask created(NewTask task, CreateOutcome outcome, ProblemException otherwise) {
        return switch (outcome) {
            case CreateOutcome.Created created -> {
                offers.afterCommit(created);
                yield new CreatedTask(task, created.command(), created.createdAt());
            }
            case CreateOutcome.InFlight inFlight ->
                throw ProblemException.taskInFlight(
                        "A " + task.type().name().toLowerCase(Locale.ROOT) + " task with the same input is already in"
                                + " flight for this connection; follow task " + inFlight.taskId() + " instead.",
                        inFlight.taskId());
            case CreateOutcome.StateForbids forbids -> throw otherwise;
            case CreateOutcome.NoSuchConnection none -> throw ConnectionProblems.noSuchConnection(task.connectionKey());
        };
    }
}
