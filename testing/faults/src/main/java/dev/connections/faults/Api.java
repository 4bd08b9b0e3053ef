package dev.connections.faults;

import dev.connections.faults.history.Entry.Answer;
import dev.connections.faults.history.Entry.Exchange;
import dev.connections.json.Json;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Calls the APIs in turn, and takes down each request with its answer. */
final class Api {
    private static final Duration LIMIT = Duration.ofSeconds(25);
    private static final int ATTEMPTS = 120;

    private final List<Member> apis;
    private final String token;
    private final History history;
    private final AtomicInteger next = new AtomicInteger();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();

    Api(List<Member> apis, String token, History history) {
        this.apis = List.copyOf(apis);
        this.token = token;
        this.history = history;
    }

    /** Sends one request to the next API, whatever comes of it. */
    Exchange send(String method, String path, @Nullable Object body) throws InterruptedException {
        return send(Math.floorMod(next.getAndIncrement(), apis.size()), method, path, body);
    }

    /** Sends one request to the API of that number. */
    Exchange send(int number, String method, String path, @Nullable Object body) throws InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(apis.get(number).url() + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token);
        String text = body == null ? null : Json.write(body);
        if (text == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(text));
        }
        JsonNode sent = text == null ? null : Json.tree(text);
        Instant sentAt = Instant.now();
        try {
            Answer answer = answer(request.build());
            Exchange exchange = new Exchange(sentAt, Instant.now(), method, path, sent, answer);
            history.add(exchange);
            return exchange;
        } catch (ConnectException e) {
            // The API is down: this was no request, and the history has nothing of it.
            return new Exchange(sentAt, Instant.now(), method, path, sent, null);
        }
    }

    /** Reads until an API answers with 200; for when no fault is left. */
    JsonNode read(String path) throws InterruptedException {
        return expect(200, "GET", path, null);
    }

    /** Sends until an API answers with the status. */
    JsonNode expect(int status, String method, String path, @Nullable Object body) throws InterruptedException {
        return expect((isUnclear, actual) -> actual == status, method, path, body);
    }

    /**
     * Sends until what the request creates is there. A conflict after an attempt without a clear answer says that this one created it.
     */
    void create(String path, Object body) throws InterruptedException {
        expect((isUnclear, status) -> status == 201 || (isUnclear && status == 409), "POST", path, body);
    }

    /** Whether an answer is the last word; it is unclear whether an earlier attempt did something. */
    private interface Expected {
        boolean is(boolean isUnclear, int status);
    }

    private JsonNode expect(Expected expected, String method, String path, @Nullable Object body)
            throws InterruptedException {
        Optional<Exchange> last = Optional.empty();
        boolean isUnclear = false;
        for (int i = 0; i < ATTEMPTS; i++) {
            Exchange exchange = send(method, path, body);
            Answer answer = exchange.answer();
            if (answer != null && expected.is(isUnclear, answer.status())) {
                return answer.body();
            }
            isUnclear |= answer == null || answer.status() >= 500;
            last = Optional.of(exchange);
            Thread.sleep(250);
        }
        throw new IllegalStateException("no API answers as expected: " + last);
    }

    private @Nullable Answer answer(HttpRequest request) throws ConnectException, InterruptedException {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            Map<String, String> headers = new TreeMap<>();
            response.headers()
                    .map()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
            String text = response.body();
            return new Answer(response.statusCode(), headers, text.isBlank() ? Json.object() : Json.tree(text));
        } catch (ConnectException e) {
            throw e;
        } catch (IOException e) {
            return null;
        }
    }
}
