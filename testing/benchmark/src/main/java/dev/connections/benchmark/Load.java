package dev.connections.benchmark;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/** Requests for tasks: as fast as clients get answers, or at a rate whatever the answers take. */
final class Load {
    private static final Duration LOOK_EVERY = Duration.ofMillis(5);
    private static final Duration GIVE_UP = Duration.ofSeconds(30);

    private final TaskApi api;

    Load(TaskApi api) {
        this.api = api;
    }

    /** Each client sends the next request when it has the answer to the one before. */
    List<TaskApi.Created> closed(int clients, Duration time) throws Exception {
        long until = System.nanoTime() + time.toNanos();
        List<TaskApi.Created> created = Collections.synchronizedList(new ArrayList<>());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                all.add(threads.submit(() -> {
                    while (System.nanoTime() - until < 0) {
                        api.create().ifPresent(created::add);
                    }
                    return null;
                }));
            }
            await(all);
        }
        return List.copyOf(created);
    }

    /**
     * Sends requests at even distances, none of which waits for another's answer.
     *
     * @param sampleEvery of so many tasks one is read until it has succeeded; 0 for none
     */
    Paced open(double perSecond, Duration time, int sampleEvery) throws Exception {
        Paced paced = Paced.none();
        long start = System.nanoTime();
        int number = (int) (perSecond * time.toSeconds());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < number; i++) {
                long due = start + (long) (i * 1e9 / perSecond);
                while (System.nanoTime() - due < 0) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                boolean sample = sampleEvery > 0 && i % sampleEvery == 0;
                all.add(threads.submit(() -> {
                    Optional<TaskApi.Created> task = api.create();
                    if (task.isEmpty()) {
                        return null;
                    }
                    paced.created().add(task.get());
                    if (sample) {
                        paced.seenAfterMs().add(millisUntilSeen(task.get()));
                    }
                    return null;
                }));
            }
            await(all);
        }
        return paced;
    }

    /** What came of requests at a rate. */
    record Paced(List<TaskApi.Created> created, List<Double> seenAfterMs) {
        static Paced none() {
            return new Paced(
                    Collections.synchronizedList(new ArrayList<>()), Collections.synchronizedList(new ArrayList<>()));
        }
    }

    private double millisUntilSeen(TaskApi.Created task) throws Exception {
        while (!api.hasSucceeded(task)) {
            if (task.sentAt().plus(GIVE_UP).isBefore(Instant.now())) {
                throw new IllegalStateException("task " + task.taskId() + " has not succeeded within " + GIVE_UP);
            }
            Thread.sleep(LOOK_EVERY);
        }
        return Duration.between(task.sentAt(), Instant.now()).toNanos() / 1e6;
    }

    private static void await(List<Future<?>> all) throws Exception {
        for (Future<?> one : all) {
            try {
                one.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception cause ? cause : e;
            }
        }
    }
}
