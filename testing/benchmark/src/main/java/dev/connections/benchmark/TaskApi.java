package dev.connections.benchmark;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that creates and reads tasks, each on the next of many connections, so that none is refused. */
final class TaskApi implements AutoCloseable {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    private final String base;
    private final String authorization;
    private final int connections;
    private final AtomicInteger next = new AtomicInteger();

    TaskApi(int port, String token, int connections) {
        this.base = "http://127.0.0.1:" + port;
        this.authorization = "Bearer " + token;
        this.connections = connections;
    }

    /** A task and when its request was sent. */
    record Created(UUID taskId, String path, Instant sentAt) {}

    /** The key of the connection of that number, from 0. */
    static String key(int number) {
        return "bench-" + number;
    }

    /** Asks for a task; empty where the API refuses it because it is overloaded. */
    Optional<Created> create() throws IOException, InterruptedException {
        String path = "/api/connections/" + key(Math.floorMod(next.getAndIncrement(), connections)) + "/tasks";
        HttpRequest request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"VALIDATE\"}"))
                .build();
        Instant sentAt = Instant.now();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() == 503) {
            return Optional.empty();
        }
        if (answer.statusCode() != 201) {
            throw new IOException("POST " + path + " was answered " + answer.statusCode() + ": " + answer.body());
        }
        String location = answer.headers().firstValue("Location").orElseThrow();
        String id = location.substring(location.lastIndexOf('/') + 1);
        return Optional.of(new Created(UUID.fromString(id), path + "/" + id, sentAt));
    }

    boolean hasSucceeded(Created task) throws IOException, InterruptedException {
        return client.send(request(task.path()).build(), HttpResponse.BodyHandlers.ofString())
                .body()
                .contains("\"status\":\"SUCCEEDED\"");
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(base + path)).header("Authorization", authorization);
    }
}
