package dev.connections.worker.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.task.ClaimedRun;
import dev.connections.task.ErrorCode;
import dev.connections.task.RunStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Runs that end while a group is at work, so that they are the group that follows it. */
record RunsTogether(ClaimedRuns database, RunOutcomes outcomes, ExecutorService threads) implements AutoCloseable {
    static final String VALIDATED = "update connection set last_validated_at = now() where id = ?";
    /** Whoever waits for longer waits for ever. */
    private static final int LIMIT_S = 60;

    RunsTogether(ClaimedRuns database, RunOutcomes outcomes) {
        this(database, outcomes, Executors.newCachedThreadPool());
    }

    /** What comes of a run. */
    interface OutcomeOf {
        Outcome of(ClaimedRun run);
    }

    /** Changes the connection, and the run has it as its result. */
    record Validated(UUID connectionId) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            jdbc.sql(VALIDATED).param(connectionId).update();
            return Map.of("found", connectionId);
        }
    }

    /** Throws after its change. */
    record Throwing(UUID connectionId) implements Effect {
        @Override
        public Object apply(JdbcClient jdbc) {
            jdbc.sql(VALIDATED).param(connectionId).update();
            throw new RunFailedException(ErrorCode.REMOTE_ERROR, "too late", null);
        }
    }

    static Outcome succeeded(Effect effect) {
        return new Outcome.Succeeded(effect);
    }

    static UUID connection(ClaimedRun run) {
        return Objects.requireNonNull(run.target()).connectionId();
    }

    static <T> List<T> without(List<T> all, T one) {
        return all.stream().filter(other -> !other.equals(one)).toList();
    }

    static void awaitAll(List<Future<?>> ends) throws Exception {
        for (Future<?> end : ends) {
            end.get(LIMIT_S, TimeUnit.SECONDS);
        }
    }

    List<ClaimedRun> running(int count) {
        return Stream.generate(database::next).limit(count).toList();
    }

    void end(List<ClaimedRun> runs, OutcomeOf outcome) throws Exception {
        awaitAll(begin(runs, outcome));
    }

    /** Begins to end them, each on a thread of its own. */
    List<Future<?>> begin(List<ClaimedRun> runs, OutcomeOf outcome) {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        ClaimedRun slow = database.next();
        threads.execute(() -> outcomes.write(slow, succeeded(waiting(begun, release))));
        await().until(() -> begun.getCount() == 0);
        List<Future<?>> ends = new ArrayList<>();
        for (ClaimedRun run : runs) {
            ends.add(threads.submit(() -> outcomes.write(run, outcome.of(run))));
        }
        await().until(() -> waiting() == runs.size());
        release.countDown();
        return ends;
    }

    private static Effect waiting(CountDownLatch begun, CountDownLatch release) {
        return jdbc -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "";
        };
    }

    private static long waiting() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack ->
                        Stream.of(stack).anyMatch(frame -> frame.getMethodName().equals("awaitTurn")))
                .count();
    }

    /** That it has ended so, once, and each of its transitions has an event, with no gap. */
    void assertEnded(ClaimedRun run, RunStatus status) {
        assertThat(database.run(run, "status")).isEqualTo(status.name());
        assertThat(database.story(run)).containsExactly("PENDING", "RUNNING", status.name());
    }

    long transactions(List<ClaimedRun> runs) {
        return database.jdbc
                .sql("select count(distinct xmin::text) from task_run where id = any(?)")
                .param(runs.stream().map(ClaimedRun::runId).toArray(UUID[]::new))
                .query(Long.class)
                .single();
    }

    long validated(List<ClaimedRun> runs) {
        return database.jdbc
                .sql("select count(*) from connection where id = any(?) and last_validated_at is not null")
                .param(runs.stream().map(RunsTogether::connection).toArray(UUID[]::new))
                .query(Long.class)
                .single();
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
