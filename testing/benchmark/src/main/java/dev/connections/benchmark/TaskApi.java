package dev.connections.benchmark;

import java.io.EOFException;
import java.io.IOException;
import java.time.Instant;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that creates and reads tasks, each on the next of many connections, so that none is refused. */
final class TaskApi implements AutoCloseable {
    private final Deque<HttpConnection> idle = new ConcurrentLinkedDeque<>();
    private final int port;
    private final String authorization;
    private final int connections;
    private final AtomicInteger next = new AtomicInteger();
    private final Answers answers = new Answers();

    TaskApi(int port, String token, int connections) {
        this.port = port;
        this.authorization = "Bearer " + token;
        this.connections = connections;
    }

    /** A task and when its request was sent. */
    record Created(UUID taskId, String path, Instant sentAt) {}

    private interface Request {
        HttpConnection.Answer on(HttpConnection connection) throws IOException;
    }

    /** The key of the connection of that number, from 0. */
    static String key(int number) {
        return "bench-" + number;
    }

    /** What all requests for tasks so far were answered. */
    Answers answers() {
        return answers;
    }

    /** Asks for a validation; empty where none was created. */
    Optional<Created> create() {
        return create(key(Math.floorMod(next.getAndIncrement(), connections)), "{\"type\":\"VALIDATE\"}");
    }

    /** Asks for a task of the connection with the key; empty where none was created, or nothing was answered. */
    Optional<Created> create(String key, String task) {
        String path = "/api/connections/" + key + "/tasks";
        Instant sentAt = Instant.now();
        HttpConnection.Answer answer;
        try {
            answer = answer(connection -> connection.post(path, task));
        } catch (IOException e) {
            answers.refused(Answers.Kind.UNANSWERED, "POST " + path + ": " + e);
            return Optional.empty();
        }
        String location = answer.headers().get("location");
        if (answer.status() != 201 || location == null) {
            answers.refused(
                    answer.status() == 201 ? Answers.Kind.OTHER : Answers.Kind.of(answer.status()),
                    "POST " + path + " was answered " + answer.status() + ": " + answer.body());
            return Optional.empty();
        }
        UUID id = UUID.fromString(location.substring(location.lastIndexOf('/') + 1));
        answers.created(id);
        return Optional.of(new Created(id, path + "/" + id, sentAt));
    }

    boolean hasSucceeded(Created task) throws IOException {
        return answer(connection -> connection.get(task.path())).body().contains("\"status\":\"SUCCEEDED\"");
    }

    @Override
    public void close() throws IOException {
        for (HttpConnection connection = idle.poll(); connection != null; connection = idle.poll()) {
            connection.close();
        }
    }

    /** Takes the connection that was used last; the API may have closed it meanwhile, as it does with idle ones. */
    private HttpConnection.Answer answer(Request request) throws IOException {
        HttpConnection open = idle.poll();
        if (open != null) {
            try {
                return answer(open, request);
            } catch (EOFException e) {
                // Nothing was answered.
            }
        }
        return answer(new HttpConnection(port, authorization), request);
    }

    private HttpConnection.Answer answer(HttpConnection connection, Request request) throws IOException {
        try {
            HttpConnection.Answer answer = request.on(connection);
            if ("close".equalsIgnoreCase(answer.headers().get("connection"))) {
                connection.close();
            } else {
                idle.push(connection);
            }
            return answer;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }
}
