package dev.connections.standalone;

import dev.connections.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/** Calls the API over HTTP, as any client does. */
record ApiClient(String api, String token, HttpClient http) {
    record Answer(int status, JsonNode body) {
        /** The body of an answer with that status; any other status is an error. */
        JsonNode expect(int expected) {
            if (status != expected) {
                throw new IllegalStateException("the API answered " + status + ": "
                        + body.path("detail").asString(""));
            }
            return body;
        }
    }

    ApiClient(String api, String token) {
        this(
                api,
                token,
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .build());
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Answer send(String method, String path, Object body) throws IOException, InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(Json.write(body))));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api + path))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + token);
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        return new Answer(
                response.statusCode(), response.body().isBlank() ? Json.object() : Json.tree(response.body()));
    }

    @Override
    public String toString() {
        return "ApiClient[api=" + api + "]";
    }
}
