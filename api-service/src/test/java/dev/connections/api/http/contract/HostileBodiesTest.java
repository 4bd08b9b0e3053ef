package dev.connections.api.http.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.Answer;
import dev.connections.api.ApiProcess;
import dev.connections.api.Requests;
import dev.connections.api.RunningApi;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that the size allows and that are made to cost as much as they can. */
class HostileBodiesTest {
    private static final int MOST_CHARACTERS = 256 * 1024;
    private static final Duration SLOW = Duration.ofSeconds(3);
    private static final String NAME = "n".repeat(240);

    private static final Map<String, String> BODIES = Map.ofEntries(
            Map.entry("tens of thousands of properties", "{" + list(90_001, i -> "\"m" + i + "\":0") + "}"),
            Map.entry("thousands of properties", "{" + list(9_000, i -> "\"m" + i + "\":0") + "}"),
            Map.entry("patterns that are numbers", settings(list(19_000, i -> "0"))),
            Map.entry("a pattern of brackets", settings('"' + "[".repeat(1_000_000) + '"')),
            Map.entry("a pattern of brackets that is a string still", settings('"' + "[".repeat(65_536) + '"')),
            Map.entry("a pattern of alternatives", settings('"' + "{,".repeat(32_768) + '"')),
            Map.entry("driver properties", driverProperties(list(9_000, i -> "\"p" + i + "\":0"))),
            Map.entry("levels", "{\"settings\":".repeat(60_000)),
            Map.entry("arrays", "[".repeat(1_000_000)),
            Map.entry("a long name", "{\"" + "n".repeat(1_000_000) + "\": 0}"),
            Map.entry(
                    "below long names",
                    "{\"" + "n".repeat(500_000) + "\": [" + list(60_000, i -> "\"\\u0000\"") + "]}"),
            Map.entry(
                    "below many names",
                    ("{\"" + NAME + "\": ").repeat(14) + "[" + list(9_000, i -> "\"\\u0000\"") + "]" + "}".repeat(14)),
            Map.entry("numbers", "{\"limit\": [" + list(1_000, i -> "9".repeat(900)) + "]}"),
            Map.entry(
                    "long strings everywhere",
                    Requests.postgres("k", "{\"crawl\": {\"schedule\": \"*\", \"missingObjectRetention\": \"P\"}}")
                            .replaceAll("(: ?)\"[^\"]*\"", "$1\"" + "1,".repeat(32_000) + '"')));

    private final RunningApi api = RunningApi.get();

    @Test
    void noBodyMakesALongAnswerOrTakesLong() {
        BODIES.forEach((name, body) -> {
            assertThat(body.length()).as(name).isLessThan(1024 * 1024);
            Duration took = took(() -> judge(name, api.post("/api/connections", body)));
            // A busy machine is slow once; what is slow by itself is so again.
            assertThat(took.compareTo(SLOW) < 0
                            || took(() -> api.post("/api/connections", body)).compareTo(SLOW) < 0)
                    .as("%s: %s", name, took)
                    .isTrue();
        });
    }

    @Test
    void theFirstHundredViolationsAreListedAndAllAreCounted() {
        Answer answer = api.post("/api/connections", driverProperties(list(5_000, i -> "\"p" + i + "\":0")));
        assertThat(answer.isProblem(400).pointers())
                .hasSize(100)
                .allMatch(pointer -> pointer.startsWith("/clientConfiguration/properties/p"));
        assertThat(answer.json().path("errorCount").asInt()).isEqualTo(5_000);
        assertThat(answer.at("/detail")).startsWith("5000 properties or parameters are invalid");
    }

    @Test
    void aLargeValidBodyIsAccepted() {
        String key = RunningApi.newKey();
        String patterns = list(1_000, i -> "\"shop/schema_" + i + "/*\"");
        String body = Requests.postgres(key, "{\"crawl\": {\"exclude\": [" + patterns + "]}}");
        api.post("/api/connections", body).is(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"20000", "20001"})
    void tokensAreCounted(int tokens) {
        // The braces, the name and the brackets are five.
        Answer answer = api.post("/api/connections", "{\"x\": [" + list(tokens - 5, i -> "0") + "]}");
        answer.isProblem(400);
        assertThat(answer.pointers().contains("")).isEqualTo(tokens > 20_000);
    }

    @Test
    void manyAtOnceDoNotFillASmallHeap() throws IOException {
        try (ApiProcess small = ApiProcess.start(api, "256m");
                HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                for (String body : BODIES.values()) {
                    HttpRequest request = HttpRequest.newBuilder(
                                    URI.create("http://127.0.0.1:" + small.port() + "/api/connections"))
                            .header("Authorization", "Bearer " + api.everything())
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
                    answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
                }
            }
            // A 503 where the large bodies together would take too much of the heap.
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.join().statusCode()).isIn(400, 503));
            assertThat(answers)
                    .anySatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(400));
            assertThat(small.log()).doesNotContain("OutOfMemoryError", " ERROR ");
        }
    }

    private static void judge(String name, Answer answer) {
        answer.isProblem(400);
        assertThat(answer.body().length()).as(name).isLessThan(MOST_CHARACTERS);
        assertThat(answer.pointers()).as(name).hasSizeBetween(1, 100);
        assertThat(answer.json().path("errorCount").asInt())
                .as(name)
                .isGreaterThanOrEqualTo(answer.pointers().size());
    }

    private static Duration took(Runnable work) {
        long begin = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static String settings(String patterns) {
        return Requests.postgres("k", "{\"crawl\": {\"include\": [" + patterns + "]}}");
    }

    private static String driverProperties(String properties) {
        return Requests.postgres("k").replace("\"ApplicationName\": \"crawler\"", properties);
    }

    private static String list(int count, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(","));
    }
}
