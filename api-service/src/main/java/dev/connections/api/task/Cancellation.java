package dev.connections.api.task;

import dev.connections.outbox.Outbox;
import dev.connections.task.CancelOutcome;
import dev.connections.task.TaskStore;
import java.util.Objects;
import java.util.UUID;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Cancels a run and the runs of its child tasks in one transaction. */
@Component
class Cancellation {
    private final TaskStore tasks;
    private final TransactionTemplate transaction;
    private final Outbox outbox;

    Cancellation(TaskStore tasks, TransactionTemplate transaction, Outbox outbox) {
        this.tasks = tasks;
        this.transaction = transaction;
        this.outbox = outbox;
    }

    CancelOutcome cancel(UUID run, String actor) {
        CancelOutcome outcome = Objects.requireNonNull(transaction.execute(status -> tasks.cancel(run, actor)));
        // Children may have ended, and with them their parent.
        outbox.committed();
        return outcome;
    }
}
