package dev.connections.standalone;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running parts of this process. A signal at any moment, even during the start, stops them in order. */
final class Parts {
    /** The order of stopping: a part stops before the parts that it uses. */
    enum Stage {
        DEMO_REPORT,
        API,
        WORKERS,
        KAFKA,
        POSTGRES,
        DATA_FOLDER
    }

    private record Part(Stage stage, AutoCloseable running) {}

    private final List<Part> parts = new ArrayList<>();
    /** Starts hold the read lock; stop takes the write lock and so waits for the starts in progress. */
    private final ReadWriteLock starting = new ReentrantReadWriteLock();

    private volatile boolean stopping;

    /** Starts a part; several threads may do so at a time. */
    <T extends AutoCloseable> T start(Stage stage, Callable<T> start) throws Exception {
        starting.readLock().lock();
        try {
            if (stopping) {
                throw new InterruptedException("the standalone is stopping");
            }
            T part = start.call();
            synchronized (parts) {
                parts.add(new Part(stage, part));
            }
            return part;
        } finally {
            starting.readLock().unlock();
        }
    }

    /** Whether a signal has arrived. */
    boolean isStopping() {
        return stopping;
    }

    /** Stops every part, stage by stage, the parts of one stage at the same time. */
    void stop() {
        stopping = true;
        starting.writeLock().lock();
        try {
            for (Stage stage : Stage.values()) {
                stop(stage);
            }
        } finally {
            starting.writeLock().unlock();
        }
    }

    private void stop(Stage stage) {
        List<Thread> closers = parts.stream()
                .filter(part -> part.stage() == stage)
                .map(part -> Thread.ofPlatform().name("stop-" + stage).start(() -> close(part)))
                .toList();
        for (Thread closer : closers) {
            try {
                closer.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void close(Part part) {
        Logger log = LoggerFactory.getLogger(Parts.class);
        try {
            log.info("stopping {}", part.stage());
            part.running().close();
        } catch (Exception e) {
            // The others must stop nevertheless.
            log.error("{} did not stop cleanly", part.stage(), e);
        }
    }
}
