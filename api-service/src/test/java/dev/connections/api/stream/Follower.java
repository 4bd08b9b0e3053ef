package dev.connections.api.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;

/** A client of a stream, which notes what comes. */
final class Follower implements Flow.Subscriber<String> {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final HttpClient CLIENT = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final CompletableFuture<HttpResponse<Void>> response;

    Follower(HttpRequest request) {
        this.response = CLIENT.sendAsync(request, HttpResponse.BodyHandlers.fromLineSubscriber(this));
    }

    /** Waits until the last event that came has the sequence. */
    Follower hasCome(int sequence) {
        poll().until(() -> {
            boolean done = response.isDone();
            List<Integer> came = sequences();
            boolean hasCome = !came.isEmpty() && came.getLast() >= sequence;
            assertThat(done && !hasCome)
                    .as("ended before: %s %s", response, lines)
                    .isFalse();
            return hasCome;
        });
        return this;
    }

    /** Waits until the headers are there, and so the stream is open. */
    Follower isOpen() {
        poll().until(() -> !lines.isEmpty());
        return this;
    }

    /** Waits for the regular end of the response. */
    Follower hasEnded() {
        assertThat(response).succeedsWithin(LIMIT);
        assertThat(response.join().statusCode()).isEqualTo(200);
        return this;
    }

    /** Checks that just these came, each once and in order. */
    void has(int first, int last) {
        assertThat(sequences())
                .isEqualTo(IntStream.rangeClosed(first, last).boxed().toList());
    }

    private static ConditionFactory poll() {
        return await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .pollInSameThread();
    }

    boolean isFollowing() {
        return !response.isDone();
    }

    HttpResponse<Void> response() {
        return response.join();
    }

    List<Integer> sequences() {
        return fields("id: ").stream().map(Integer::valueOf).toList();
    }

    /** What came in the lines that begin so. */
    List<String> fields(String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()))
                .toList();
    }

    void leave() {
        response.cancel(true);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        lines.add(line);
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
}
