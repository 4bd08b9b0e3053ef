package dev.connections.api.http.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.api.Answer;
import dev.connections.api.RunningApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class RequestIdTest {
    private static final String HEADER = "X-Request-Id";

    private final RunningApi api = RunningApi.get();

    @Test
    void everyAnswerHasTheIdOfItsRequest() {
        String path = api.newConnection();
        String reader = api.tokens().mint("bob", "connections:read");
        String large = "{\"connectionKey\": \"" + "x".repeat(1024 * 1024) + "\"}";
        List<HttpRequest.Builder> requests = List.of(
                api.request("GET", path, null),
                api.request("HEAD", path, null),
                api.request("GET", path + "?x=1", null)
                        .header("If-None-Match", api.get(path).header("ETag")),
                api.request("POST", "/api/connections", "{"),
                api.anonymous("GET", path, null),
                api.request("no-token", "GET", path, null),
                api.request(reader, "PATCH", path, "{}"),
                api.request("GET", "/api/nothing", null),
                api.request("GET", "/api/connections/nobody", null),
                api.request("PUT", path, "{}"),
                api.request("GET", path, null).header("Accept", "text/html"),
                api.request("PATCH", path, "{\"settings\": {}}").header("If-Match", "\"another\""),
                api.request("POST", "/api/connections", large),
                api.request("POST", "/api/connections", "{}").setHeader("Content-Type", "text/plain"),
                api.request("GET", "/api/connections/a%00b", null),
                api.anonymous("GET", "/actuator/health", null),
                api.anonymous("GET", "/v3/api-docs", null));
        for (HttpRequest.Builder request : requests) {
            String id = "test-" + UUID.randomUUID();
            Answer answer = api.send(request.header(HEADER, id));
            assertThat(answer.headers().allValues(HEADER))
                    .as("%s %s: %s", answer.method(), answer.path(), answer.status())
                    .containsExactly(id);
        }
    }

    @Test
    void aRequestWithoutAnIdGetsOneOfItsOwn() {
        Answer first = api.get("/api/connections?limit=1");
        Answer second = api.get("/api/connections?limit=1");
        assertThat(UUID.fromString(first.header(HEADER)).version()).isEqualTo(7);
        assertThat(second.header(HEADER)).isNotEqualTo(first.header(HEADER));
    }

    @Test
    void theTraceOfTheCallerIsItsId() {
        Answer answer = api.send(api.request("GET", "/api/connections?limit=1", null)
                .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        assertThat(answer.header(HEADER)).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/connections/%zz HTTP/1.1",
                "GET /api/connections/a\\b HTTP/1.1",
                "GET api HTTP/1.1",
                "FOO /api/connections HTTP/1.1",
                "GET /api/connections HTTP/9.9"
            })
    void whatTheServerRefusesBeforeTheServiceSeesItHasOneToo(String requestLine) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.getOutputStream()
                    .write((requestLine + "\r\nHost: localhost\r\nX-Request-Id: raw-1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).containsPattern("HTTP/1.1 [45]").containsPattern("\r\nX-Request-Id: [0-9a-z-]+\r\n");
        }
    }

    @Test
    void whatIsLoggedForARequestNamesItAndNothingFromItBreaksTheLine(CapturedOutput log) {
        String id = "logged-" + UUID.randomUUID();
        api.postgres().stop();
        try {
            api.send(api.request("GET", "/api/connections/forged%0A%0D2026-01-01", null)
                            .header(HEADER, id))
                    .isProblem(400);
            api.send(api.request("GET", "/api/connections/nobody", null).header(HEADER, id))
                    .isProblem(503);
        } finally {
            api.postgres().start();
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> api.get("/api/connections?limit=1").status() == 200);
        assertThat(log.getAll().lines().filter(line -> line.contains("/api/connections/nobody")))
                .hasSize(1)
                .allSatisfy(line -> assertThat(line).contains("[" + id + "]", "503"));
        assertThat(log.getAll().lines()).noneMatch(line -> line.startsWith("2026-01-01"));
    }
}
