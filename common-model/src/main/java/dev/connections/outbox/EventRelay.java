package dev.connections.outbox;

import dev.connections.loop.DedicatedSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events of an outbox in order per key.
 *
 * <p>Every process has one for each outbox; the one whose session holds the advisory lock leads and publishes. It reads
 * events in the order of their ids and sends at most one event per key at a time: the next is sent when the previous one
 * is acknowledged. A process that was stopped sends nothing when it resumes, as another may have sent later events.
 *
 * <p>An event that Kafka can never take is put aside. The later events of its key are published, so a consumer sees a
 * gap in their sequence.
 */
final class EventRelay implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventRelay.class);
    private static final int LOCK_CLASS = 0x434e4c59;
    private static final int BATCH = 2_000;
    private static final long BATCH_BYTES = 4 << 20;
    private static final int WAIT_MS = 500;
    private static final int GATHER_MS = 10;
    /** Under load, where a round costs more than its events need to wait. */
    private static final int GATHER_MORE_MS = 25;

    private static final int MANY = 100;

    private final EventOutbox outbox;
    private final DedicatedSession session;
    private final EventSender sender;
    private final KafkaSetup setup;
    private final AfterRound afterRound;
    private @Nullable Connection listening;
    private String lastShare = "";

    /** What else is done after a round that published something. */
    interface AfterRound {
        void run() throws InterruptedException;
    }

    EventRelay(
            EventOutbox outbox, DedicatedSession session, EventSender sender, KafkaSetup setup, AfterRound afterRound) {
        this.outbox = outbox;
        this.session = session;
        this.sender = sender;
        this.setup = setup;
        this.afterRound = afterRound;
    }

    /** Publishes one batch if this relay leads; otherwise, or if there are no events, waits for the bell. */
    public int runOnce() throws SQLException, InterruptedException {
        boolean leads = session.hold(LOCK_CLASS, outbox.lockKey());
        Connection connection = session.connection();
        // A session that was lost and reopened may hold the lock again, but does not listen yet.
        if (leads && !connection.equals(listening)) {
            log.info("this process is now the relay of {} events", outbox);
            try (Statement statement = connection.createStatement()) {
                statement.execute("listen " + EventBell.CHANNEL);
            }
            listening = connection;
        }
        int published = leads ? publishOldest(connection) : 0;
        if (published == 0) {
            connection.unwrap(PGConnection.class).getNotifications(WAIT_MS);
            return 0;
        }
        // A run that ended may have made room for another, been handed back, or created child tasks. Their commands
        // were not offered, and should not wait for the next read of the outbox.
        afterRound.run();
        if (published < BATCH) {
            // Events of the next few milliseconds share the next round: one read, few sends and one delete.
            TimeUnit.MILLISECONDS.sleep(published < MANY ? GATHER_MS : GATHER_MORE_MS);
        }
        return published;
    }

    @Override
    public void close() {
        session.close();
    }

    private int publishOldest(Connection connection) throws SQLException, InterruptedException {
        List<EventOutbox.Event> waiting = read(connection);
        if (waiting.isEmpty()) {
            return 0;
        }
        setup.ensure();
        Set<String> failedKeys = new HashSet<>();
        List<EventOutbox.Event> sent = new ArrayList<>();
        int dead = 0;
        try {
            while (!waiting.isEmpty()) {
                List<EventOutbox.Event> wave = takeWave(waiting, failedKeys);
                dead += wave.isEmpty() ? 0 : publish(connection, wave, failedKeys, sent);
            }
        } catch (SQLException | InterruptedException | RuntimeException e) {
            try {
                delete(connection, sent);
            } catch (SQLException another) {
                // They are published again.
                e.addSuppressed(another);
            }
            throw e;
        }
        delete(connection, sent);
        return sent.size() + dead;
    }

    private void delete(Connection connection, List<EventOutbox.Event> sent) throws SQLException {
        if (!sent.isEmpty()) {
            outbox.delete(connection, sent);
        }
    }

    /** Reads on after the last connection that had its share, and from the first when there is none after it. */
    private List<EventOutbox.Event> read(Connection connection) throws SQLException {
        EventOutbox.Bounds bounds = new EventOutbox.Bounds(BATCH, BATCH_BYTES, sender.largest());
        List<EventOutbox.Event> events = outbox.oldest(connection, lastShare, bounds);
        if (events.isEmpty() && !lastShare.isEmpty()) {
            events = outbox.oldest(connection, "", bounds);
        }
        lastShare = events.stream()
                .map(EventOutbox.Event::share)
                .max(String::compareTo)
                .orElse("");
        return events;
    }

    /** Takes the first event of every key; events after a failed one of the same key wait for the next round. */
    private static List<EventOutbox.Event> takeWave(List<EventOutbox.Event> waiting, Set<String> failedKeys) {
        List<EventOutbox.Event> wave = new ArrayList<>();
        List<EventOutbox.Event> later = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (EventOutbox.Event event : waiting) {
            if (failedKeys.contains(event.key())) {
                continue;
            }
            (keys.add(event.key()) ? wave : later).add(event);
        }
        waiting.clear();
        waiting.addAll(later);
        return wave;
    }

    /** Publishes events of different keys, adds those that Kafka has to the sent ones, and returns how many were put aside. */
    private int publish(
            Connection connection, List<EventOutbox.Event> wave, Set<String> failedKeys, List<EventOutbox.Event> sent)
            throws SQLException, InterruptedException {
        List<CompletableFuture<?>> sends = send(wave);
        int before = sent.size();
        int dead = 0;
        for (int i = 0; i < sends.size(); i++) {
            EventOutbox.Event event = wave.get(i);
            switch (sender.fate(sends.get(i), this::stayLeader)) {
                case EventSender.Fate.Acknowledged acknowledged -> sent.add(event);
                case EventSender.Fate.Later later -> failedKeys.add(event.key());
                case EventSender.Fate.Never never -> {
                    outbox.putAside(connection, event, never.reason());
                    sender.report(event, never.reason());
                    dead++;
                }
            }
        }
        wave.subList(sends.size(), wave.size()).forEach(event -> failedKeys.add(event.key()));
        int accepted = sent.size() - before;
        if (accepted + dead < wave.size()) {
            log.warn("Kafka accepted {} of {} events; the rest stay in the outbox", accepted, wave.size());
        }
        return dead;
    }

    /** Sends until Kafka refuses one for now; each further one would block for as long as that one did. */
    private List<CompletableFuture<?>> send(List<EventOutbox.Event> wave) throws SQLException {
        stayLeader();
        List<CompletableFuture<?>> sends = new ArrayList<>();
        for (EventOutbox.Event event : wave) {
            if (!session.surelyHolds()) {
                log.warn("this process was stopped for too long; another relay may have published these events");
                break;
            }
            CompletableFuture<?> send = sender.send(event);
            sends.add(send);
            if (EventSender.isRefusedForNow(send)) {
                break;
            }
        }
        return sends;
    }

    /** Keeps the session from ending for being idle while acknowledgements take long. */
    private void stayLeader() throws SQLException {
        boolean leads = session.hold(LOCK_CLASS, outbox.lockKey());
        if (!leads || !session.connection().equals(listening)) {
            // A new session may hold the lock after another process had it.
            throw new SQLException("the session of the relay of " + outbox + " events was lost");
        }
    }
}
