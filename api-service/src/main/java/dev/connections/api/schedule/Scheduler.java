package dev.connections.api.schedule;

import dev.connections.connection.ConnectionState;
import dev.connections.outbox.Outbox;
import dev.connections.task.CreateOutcome;
import dev.connections.task.NewTask;
import dev.connections.task.TaskInput;
import dev.connections.task.TaskStore;
import dev.connections.task.TaskTrigger;
import dev.connections.task.TaskType;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Creates the crawls that are due: one per connection, however many times were missed, and none while one is in flight.
 * An UNHEALTHY connection is validated first; if the validation succeeds, its crawl is due at once.
 */
final class Scheduler {
    private static final Logger log = LoggerFactory.getLogger(Scheduler.class);
    private static final int BATCH = 50;

    private final ScheduleStore store;
    private final TaskStore tasks;
    private final TransactionOperations transaction;
    private final Outbox outbox;
    private final MeterRegistry meters;

    Scheduler(
            ScheduleStore store,
            TaskStore tasks,
            TransactionOperations transaction,
            Outbox outbox,
            MeterRegistry meters) {
        this.store = store;
        this.tasks = tasks;
        this.transaction = transaction;
        this.outbox = outbox;
        this.meters = meters;
    }

    /** Processes at most one batch of connections that are due; returns their number. */
    int runOnce() {
        List<CreateOutcome.Created> created = new ArrayList<>();
        int due = Objects.requireNonNull(transaction.execute(status -> {
            created.clear();
            List<ScheduleStore.Due> batch = store.takeDue(BATCH);
            batch.forEach(connection -> start(connection, created));
            return batch.size();
        }));
        if (!created.isEmpty()) {
            outbox.created(created);
        }
        return due;
    }

    private void start(ScheduleStore.Due due, List<CreateOutcome.Created> created) {
        CrawlSchedule schedule = due.schedule() == null ? null : CrawlSchedule.parse(due.schedule());
        store.reschedule(due.id(), schedule == null ? null : schedule.after(due.now()));
        if (schedule == null) {
            log.warn("connection {} has no valid schedule any more; it is crawled only on request", due.key());
            return;
        }
        TaskType type = due.state() == ConnectionState.UNHEALTHY ? TaskType.VALIDATE : TaskType.CRAWL;
        String outcome = type == TaskType.CRAWL && due.crawledNow() ? "in-flight" : create(due, type, created);
        meters.counter("connections.scheduled", "type", type.name(), "outcome", outcome)
                .increment();
    }

    private String create(ScheduleStore.Due due, TaskType type, List<CreateOutcome.Created> created) {
        NewTask task = new NewTask(due.key(), type, TaskInput.DEFAULT, TaskTrigger.SCHEDULED, "system", null);
        return switch (tasks.create(task, task.allowedStates())) {
            case CreateOutcome.Created one -> {
                created.add(one);
                yield "created";
            }
            case CreateOutcome.InFlight other -> "in-flight";
            case CreateOutcome.StateForbids state -> "forbidden";
            case CreateOutcome.NoSuchConnection none -> "gone";
        };
    }
}
