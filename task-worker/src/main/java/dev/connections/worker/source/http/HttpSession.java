package dev.connections.worker.source.http;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.AnswerCheck;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.SourceDialer;
import dev.connections.worker.source.SourceLimitException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one execution to one source, one after the other. Each is answered within a time limit and until the
 * execution is stopped; one that fails ends the session. Not thread-safe, but for {@link #sendLast}.
 */
public final class HttpSession implements AutoCloseable {
    /** How long a source may need for an answer once it has answered before. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    /** Shorter than a validation may take. */
    private static final Duration BUSY_LIMIT_AT_FIRST = Duration.ofSeconds(30);

    private static final Duration BUSY_LIMIT = Duration.ofMinutes(2);

    private final SourceDialer dialer;
    private final Execution execution;
    private final HttpTarget target;
    private final Dial dial;
    private final HttpConnection connection;
    private boolean answered;
    private long received;
    private @Nullable Thread last;

    private HttpSession(SourceDialer dialer, Execution execution, HttpTarget target, Dial dial) {
        this.dialer = dialer;
        this.execution = execution;
        this.target = target;
        this.dial = dial;
        this.connection = new HttpConnection(dial, target);
    }

    /** Begins a session; nothing is dialed yet. */
    public static HttpSession of(SourceDialer dialer, Execution execution, HttpTarget target) {
        return new HttpSession(dialer, execution, target, dial(dialer, execution, target));
    }

    /** Begins a session with a source whose answers may be as long as all that it sends between two requests. */
    public static HttpSession ofLongAnswers(SourceDialer dialer, Execution execution, HttpTarget target) {
        Dial dial = dialer.dial(target.mode(), target.tls(), () -> new AnswerCheck(execution.limits()));
        return new HttpSession(dialer, execution, target, dial);
    }

    /** How sources are dialed that answer over HTTP: an answer is kept whole, so that it is as long as a message may be. */
    static Dial dial(SourceDialer dialer, Execution execution, HttpTarget target) {
        return dialer.dial(target.mode(), target.tls(), () -> new AnswerCheck(execution.limits()) {
            @Override
            protected long mostOfAnswer() {
                return limits().row().toBytes();
            }

            @Override
            protected String longAnswer() {
                return limits().longRow();
            }
        });
    }

    public HttpTarget target() {
        return target;
    }

    /**
     * Sends a request and waits for the whole answer. A source that is too busy is asked again for two minutes (30 s where
     * it has not answered before), with pauses that double or are as long as it asks for.
     *
     * @throws CancellationException where the execution was stopped meanwhile
     */
    public HttpAnswer send(HttpQuestion question) throws Exception {
        return send(question, answer -> false);
    }

    /**
     * Like {@link #send(HttpQuestion)}, of a source that has other ways to say that it is too busy.
     *
     * @param isBusy whether the source says so in an answer that HTTP takes for another
     */
    public HttpAnswer send(HttpQuestion question, Predicate<HttpAnswer> isBusy) throws Exception {
        Duration patience = answered ? BUSY_LIMIT : BUSY_LIMIT_AT_FIRST;
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = FIRST_PAUSE;
        while (true) {
            HttpAnswer answer = exchange(question);
            if (!answer.isBusy() && !isBusy.test(answer)) {
                answered = true;
                return answer;
            }
            Duration wait = answer.retryAfterSeconds() > 0 ? Duration.ofSeconds(answer.retryAfterSeconds()) : pause;
            wait = shorter(wait, LONGEST_PAUSE);
            if (System.nanoTime() + wait.toNanos() - deadline > 0) {
                throw new RunFailedException(
                        ErrorCode.REMOTE_ERROR,
                        "the source was too busy to answer (status " + answer.status() + ") for " + patience.toSeconds()
                                + " s",
                        null);
            }
            pause(wait);
            pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        }
    }

    private HttpAnswer exchange(HttpQuestion question) throws Exception {
        Duration limit = answered ? longer(ANSWER_LIMIT, dialer.limit()) : dialer.limit();
        HttpAnswer answer = dial.within(limit, execution, () -> {
            if (target.isEncrypted()) {
                // Before anything is sent; what is wrong with the connection's certificate shows without a server.
                dial.prepareTls();
            }
            return connection.exchange(question, limit);
        });
        // Each connection counts for itself, and a source may close it after each answer.
        received += answer.body().length;
        if (received > execution.limits().session().toBytes()) {
            throw new SourceLimitException(execution.limits().longSession());
        }
        return answer;
    }

    /**
     * Waits, unless the execution is stopped.
     *
     * @throws CancellationException where it is stopped
     */
    public void pause(Duration time) throws InterruptedException {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        Execution.Registration onStop = execution.onStop(() -> stopped.complete(null));
        try {
            stopped.completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
                    .get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            onStop.close();
        }
        execution.checkNotStopped();
    }

    /**
     * Sends a request on a connection of its own and waits for nothing: for a source that is to stop working. While one is
     * under way, no second is sent; a source could make it many. Thread-safe.
     */
    public synchronized void sendLast(HttpQuestion question) {
        if (last != null && last.isAlive()) {
            return;
        }
        last = Thread.ofPlatform().daemon().name("http-last").start(() -> sendNow(question));
    }

    private void sendNow(HttpQuestion question) {
        try (Dial own = dial(dialer, execution, target)) {
            CompletableFuture.delayedExecutor(dialer.limit().toMillis(), TimeUnit.MILLISECONDS)
                    .execute(own::close);
            new HttpConnection(own, target).exchange(question, dialer.limit());
        } catch (IOException | RuntimeException e) {
            // The source notices sooner or later that nobody asks any more.
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    @Override
    public void close() {
        dial.close();
    }
}
