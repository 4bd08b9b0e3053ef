package dev.connections.worker.source.http;

import dev.connections.worker.execution.Execution;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the ends of statements, one after the other, that a source runs while no request is open. What still runs when
 * the execution is stopped, or when this is closed, is canceled at the source.
 */
public final class StatementWait implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final HttpSession http;
    private final Duration patience;
    /** What a request to cancel the statement of now is sent with. */
    private final AtomicReference<@Nullable HttpQuestion> unfinished = new AtomicReference<>();

    private final Execution.Registration onStop;

    /**
     * Waits for no statement yet.
     *
     * @param patience how long the end of one is waited for
     */
    public StatementWait(HttpSession http, Execution execution, Duration patience) {
        this.http = http;
        this.patience = patience;
        this.onStop = execution.onStop(this::cancel);
    }

    /**
     * Asks again and again, with pauses that double, until a statement has ended.
     *
     * @param first what its beginning was answered with
     * @param runs whether an answer says that it still runs
     * @param ask asks for another answer
     * @param cancellation makes the request that cancels it
     * @return the answer at its end; null where it has not come within the time, and the statement runs on until the close
     * @throws CancellationException where the execution was stopped meanwhile
     */
    public <A> @Nullable A end(A first, Predicate<A> runs, Callable<A> ask, Callable<HttpQuestion> cancellation)
            throws Exception {
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        A answer = first;
        while (runs.test(answer)) {
            unfinished.set(cancellation.call());
            if (System.nanoTime() - deadline > 0) {
                return null;
            }
            http.pause(pause);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
            answer = ask.call();
        }
        forget();
        return answer;
    }

    /** Takes note that the statement of now has ended in another way. */
    public void forget() {
        unfinished.set(null);
    }

    /** Asks the source to end the statement of now, if there is one. */
    public void cancel() {
        HttpQuestion question = unfinished.getAndSet(null);
        if (question != null) {
            http.sendLast(question);
        }
    }

    @Override
    public void close() {
        onStop.close();
        cancel();
    }
}
