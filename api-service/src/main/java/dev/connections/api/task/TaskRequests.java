package dev.connections.api.task;

import dev.connections.api.http.problem.ConnectionProblems;
import dev.connections.api.http.problem.ProblemException;
import dev.connections.connection.ConnectionState;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
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

    /** Creates tasks other than deletions of whole connections, as many as possible by one transaction. */
    List<TaskResult> createAll(List<NewTask> all) {
        List<CreateOutcome.@Nullable Created> together = all.isEmpty() ? List.of() : groups.createTogether(all);
        List<TaskResult> results = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            NewTask task = all.get(i);
            CreateOutcome.Created created = together.get(i);
            results.add(TaskResult.of(
                    task.connectionKey(),
                    () -> created == null
                            ? createOrRefuse(task)
                            : new CreatedTask(task, created.command(), created.createdAt())));
        }
        return results;
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
