package dev.connections.worker.lane;

import static org.springframework.core.NestedExceptionUtils.getMostSpecificCause;

import dev.connections.json.Json;
import dev.connections.loop.Loop;
import dev.connections.outbox.KafkaSetup;
import dev.connections.outbox.Outbox;
import dev.connections.task.ClaimedRun;
import dev.connections.task.RunStore;
import dev.connections.task.TaskCommand;
import dev.connections.task.TaskType;
import dev.connections.worker.execution.RunExecution;
import dev.connections.worker.execution.WorkerProperties;
import dev.connections.worker.presence.Presence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.JacksonException;

/**
 * The lane of one task type: takes commands only while slots are free, claims their runs in PostgreSQL, accepts the
 * records, and executes each run on a thread. A record is never held for the length of a run.
 */
final class Lane implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Lane.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final long DATABASE_PAUSE_MS = 500;
    private static final long PRESENCE_PAUSE_MS = 50;

    private final TaskType type;
    private final WorkerProperties properties;
    private final Collaborators with;
    /** About as many as slots are in use; one that ends a run takes a later one. */
    private final ExecutorService threads =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

    private final Semaphore slots;
    private final int batch;
    private volatile @Nullable ShareConsumer<String, String> consumer;

    /** What a lane works with. */
    record Collaborators(
            CommandConsumers consumers,
            KafkaSetup setup,
            RunStore store,
            Outbox outbox,
            RunExecution execution,
            Presence presence,
            DeadLetters deadLetters) {}

    Lane(TaskType type, WorkerProperties properties, Collaborators with) {
        this.type = type;
        this.properties = properties;
        this.with = with;
        this.slots = new Semaphore(properties.slots().of(type));
        this.batch = CommandConsumers.batchFor(properties.slots().of(type));
    }

    /** Waits for as many free slots as a poll may fill, takes commands, and starts their runs; returns their number. */
    int runOnce() throws InterruptedException {
        if (with.presence().isOverdue()) {
            // Cut off from the database alone, it would get the very commands that offer its runs to others, and keep
            // them from those: a consumer fetches the next records by itself, also where nobody polls.
            close();
            TimeUnit.MILLISECONDS.sleep(PRESENCE_PAUSE_MS);
            return 1;
        }
        ShareConsumer<String, String> open = consumer();
        if (!with.presence().isShown()) {
            // A run that somebody without presence claims is taken for lost at once.
            TimeUnit.MILLISECONDS.sleep(PRESENCE_PAUSE_MS);
            return 1;
        }
        if (!slots.tryAcquire(batch, POLL.toMillis(), TimeUnit.MILLISECONDS)) {
            return 1;
        }
        int started = 0;
        try {
            List<ConsumerRecord<String, String>> records = new ArrayList<>();
            open.poll(POLL).forEach(records::add);
            if (!records.isEmpty()) {
                started = take(open, records);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        } finally {
            slots.release(batch - started);
        }
        return 1;
    }

    TaskType type() {
        return type;
    }

    /** Whether it is a member of the share group. */
    boolean takesCommands() {
        return consumer != null;
    }

    /** Ends the membership in the share group; what was taken and not accepted goes to another worker. */
    @Override
    public void close() {
        ShareConsumer<String, String> open = consumer;
        consumer = null;
        if (open != null) {
            // Leaving the group needs a few requests, which an interrupted thread cannot make.
            boolean interrupted = Thread.interrupted();
            try {
                open.close(Duration.ofSeconds(2));
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private ShareConsumer<String, String> consumer() throws InterruptedException {
        ShareConsumer<String, String> open = consumer;
        if (open == null) {
            with.setup().ensure();
            open = with.consumers().open(type, batch);
            consumer = open;
        }
        return open;
    }

    private int take(ShareConsumer<String, String> open, List<ConsumerRecord<String, String>> records)
            throws InterruptedException {
        List<UUID> runs = readable(records);
        List<ClaimedRun> claimed = runs.isEmpty() ? List.of() : claim(runs);
        records.forEach(record -> open.acknowledge(record, AcknowledgeType.ACCEPT));
        open.commitAsync();
        if (!claimed.isEmpty()) {
            with.outbox().committed();
        }
        claimed.forEach(this::start);
        return claimed.size();
    }

    private List<UUID> readable(List<ConsumerRecord<String, String>> records) {
        Set<UUID> runs = new HashSet<>();
        for (ConsumerRecord<String, String> record : records) {
            try {
                TaskCommand command = record.value() == null ? null : Json.read(record.value(), TaskCommand.class);
                String wrong = record.value() == null ? "unreadable command: it is empty" : wrongWith(command);
                if (wrong == null && command != null) {
                    runs.add(command.runId());
                } else {
                    with.deadLetters().put(record, String.valueOf(wrong));
                }
            } catch (JacksonException e) {
                log.debug("an unreadable command", e);
                // A parser's message names classes and quotes what it could not read.
                with.deadLetters().put(record, "unreadable command: it is no JSON of a command's shape");
            }
        }
        return List.copyOf(runs);
    }

    /** In words for whoever reads the letter; null where the command belongs here. */
    private @Nullable String wrongWith(@Nullable TaskCommand command) {
        if (command == null || command.runId() == null) {
            return "unreadable command: it names no run";
        }
        return command.type() == type
                ? null
                : "a command of type " + command.type() + ", which does not belong on this topic";
    }

    /** With the database away the records are kept and the claim is tried again: a release would count as a delivery. */
    private List<ClaimedRun> claim(List<UUID> runs) throws InterruptedException {
        while (true) {
            try {
                return with.store()
                        .claim(properties.id(), type, runs, properties.lease(), properties.runsPerConnection());
            } catch (DataAccessException | TransactionException e) {
                Loop.stillAlive();
                // Among the reasons is that the presence is gone, and where it is not the reason, it may be gone too.
                with.presence().doubt();
                log.warn(
                        "cannot claim {} runs, will try again: {}",
                        runs.size(),
                        getMostSpecificCause(e).toString());
                TimeUnit.MILLISECONDS.sleep(DATABASE_PAUSE_MS);
            }
        }
    }

    private void start(ClaimedRun run) {
        // Validations are many and short.
        log.atLevel(type == TaskType.VALIDATE ? Level.DEBUG : Level.INFO)
                .log(
                        "run {} of task {} attempt {} epoch {}: RUNNING on {}",
                        run.runId(),
                        run.taskId(),
                        run.attempt(),
                        run.epoch(),
                        properties.id());
        threads.execute(() -> {
            Thread thread = Thread.currentThread();
            thread.setName(type.name().toLowerCase(Locale.ROOT) + "-" + run.runId());
            try {
                with.execution().execute(run);
            } finally {
                thread.setName(type.name().toLowerCase(Locale.ROOT) + "-idle");
                slots.release();
            }
        });
    }
}
