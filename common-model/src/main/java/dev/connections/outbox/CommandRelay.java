package dev.connections.outbox;

import dev.connections.json.Json;
import dev.connections.task.TaskCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/**
 * Publishes commands to the workers' topics.
 *
 * <p>A process offers the commands of its own commits, which are published at once, without reading the database.
 * Commands that it could not publish (it died, Kafka was unreachable, a retry was not due) are published from the
 * outbox by any relay.
 */
final class CommandRelay {
    private static final Logger log = LoggerFactory.getLogger(CommandRelay.class);
    private static final int BATCH = 500;
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration HIDDEN = Duration.ofSeconds(15);
    /** Much less than the time for which other relays leave an offered command to this one. */
    private static final Duration FORGET_WITHIN = Duration.ofMillis(200);

    private final BlockingQueue<TaskCommand> offered = new LinkedBlockingQueue<>(20_000);
    private final CommandOutbox outbox;
    private final KafkaTemplate<String, String> kafka;
    private final KafkaSetup setup;
    /** What Kafka has acknowledged and the outbox still has. */
    private final List<CommandOutbox.Entry> sent = new ArrayList<>();

    private long nextForget = System.nanoTime();
    private long nextLook = System.nanoTime();

    CommandRelay(CommandOutbox outbox, KafkaTemplate<String, String> kafka, KafkaSetup setup) {
        this.outbox = outbox;
        this.kafka = kafka;
        this.setup = setup;
    }

    /** Offers a command whose transaction has committed. A full queue loses nothing, as the outbox has the command. */
    public void offer(TaskCommand command) {
        boolean ignored = offered.offer(command);
    }

    /**
     * Waits for offers or for the next read of the outbox, and publishes one batch; returns its size. The commands of several
     * batches are deleted together; those that a process does not come to are published again by another.
     */
    public int runOnce() throws InterruptedException {
        List<CommandOutbox.Entry> batch = new ArrayList<>();
        long next = sent.isEmpty() || nextLook - nextForget < 0 ? nextLook : nextForget;
        TaskCommand first = offered.poll(next - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (first != null) {
            batch.add(new CommandOutbox.Entry(first, 0));
            drainOffered(batch);
        }
        if (System.nanoTime() - nextLook >= 0) {
            List<CommandOutbox.Entry> due = outbox.takeDue(BATCH, HIDDEN);
            batch.addAll(due);
            // A full batch means that more commands are waiting.
            nextLook = System.nanoTime() + (due.size() == BATCH ? 0 : LOOK_EVERY.toNanos());
        }
        if (!batch.isEmpty()) {
            if (sent.isEmpty()) {
                nextForget = System.nanoTime() + FORGET_WITHIN.toNanos();
            }
            sent.addAll(publish(batch));
        }
        if (!sent.isEmpty() && (sent.size() >= BATCH || System.nanoTime() - nextForget >= 0)) {
            outbox.deleteSent(sent);
            sent.clear();
        }
        return batch.size();
    }

    /** Publishes a batch of due commands now; called from another thread after a signal that some may be due. */
    void publishDue() throws InterruptedException {
        List<CommandOutbox.Entry> due = outbox.takeDue(BATCH, HIDDEN);
        List<CommandOutbox.Entry> acknowledged = due.isEmpty() ? List.of() : publish(due);
        if (!acknowledged.isEmpty()) {
            outbox.deleteSent(acknowledged);
        }
    }

    private void drainOffered(List<CommandOutbox.Entry> batch) {
        List<TaskCommand> more = new ArrayList<>();
        offered.drainTo(more, BATCH - 1);
        more.forEach(command -> batch.add(new CommandOutbox.Entry(command, 0)));
    }

    /** Returns what Kafka has acknowledged, and makes the rest due again. */
    private List<CommandOutbox.Entry> publish(List<CommandOutbox.Entry> batch) throws InterruptedException {
        List<CompletableFuture<?>> sends = new ArrayList<>();
        try {
            setup.ensure();
            for (CommandOutbox.Entry entry : batch) {
                sends.add(kafka.send(record(entry.command())));
            }
        } catch (RuntimeException e) {
            // Kafka is unreachable: each send would block for long, so the rest of the batch is not tried.
            log.warn(
                    "Kafka did not accept {} commands, which stay in the outbox: {}",
                    batch.size() - sends.size(),
                    e.toString());
        }
        List<CommandOutbox.Entry> acknowledged = new ArrayList<>();
        List<CommandOutbox.Entry> unsent = new ArrayList<>(batch.subList(sends.size(), batch.size()));
        for (int i = 0; i < sends.size(); i++) {
            (acknowledged(sends.get(i)) ? acknowledged : unsent).add(batch.get(i));
        }
        if (!unsent.isEmpty()) {
            outbox.release(unsent);
        }
        return acknowledged;
    }

    private static ProducerRecord<String, String> record(TaskCommand command) {
        return new ProducerRecord<>(command.type().topic(), command.runId().toString(), Json.write(command));
    }

    static boolean acknowledged(CompletableFuture<?> send) throws InterruptedException {
        try {
            send.get();
            return true;
        } catch (ExecutionException e) {
            return false;
        }
    }
}
