package dev.connections.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Opens streams and leaves them open until it is closed. */
public final class StreamCrowd implements AutoCloseable {
    private static final int MOST = 2_000;

    private final RunningApi api;
    private final int port;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<InputStream> open = new ArrayList<>();

    public StreamCrowd(RunningApi api) {
        this(api, api.port());
    }

    /** At another process with the same keys. */
    public StreamCrowd(RunningApi api, int port) {
        this.api = api;
        this.port = port;
    }

    /** Opens streams of the task until one is refused; returns the refusal. */
    public Answer refusal(String path, String token) {
        while (open.size() < MOST) {
            Answer answer = open(path, token);
            if (answer.status() != 200) {
                return answer;
            }
        }
        throw new AssertionError(MOST + " streams are open and none was refused");
    }

    /** Opens one more; the answer has a body only if it is refused. */
    public Answer open(String path, String token) {
        try {
            HttpRequest request = api.request(token, "GET", path, null)
                    .uri(URI.create("http://127.0.0.1:" + port + path))
                    .build();
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            String body = "";
            if (response.statusCode() == 200) {
                open.add(response.body());
            } else {
                body = new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
            }
            return new Answer("GET", path, response.statusCode(), response.headers(), body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** How many are open. */
    public int size() {
        return open.size();
    }

    /** Leaves one of them. */
    public void leaveOne() throws IOException {
        open.removeLast().close();
    }

    /** Reads one of them to its end. */
    public String readOne() throws IOException {
        return new String(open.removeLast().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
