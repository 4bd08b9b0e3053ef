package dev.connections.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadRequestsTest {
    private final RunningApi api = RunningApi.get();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data",
                "Connection",
                "OBJECT",
                "crawl",
                "search",
                "settings",
                "metadata",
                "permission",
                "sync",
                "bulk",
                "upGrade"
            })
    void aReservedKeyIsRefused(String key) {
        api.post("/api/connections", Requests.postgres(key)).refuses("/connectionKey");
    }

    @Test
    void everyWrongMemberIsNamedAtOnce() {
        api.post("/api/connections", """
                {"connectionKey": "data", "technology": "PostgreSQL", "colour": "red",
                 "clientConfiguration": {
                   "host": "jdbc:postgresql://h", "port": 70000, "database": null, "tls": {"mode": "REQUIRE", "x": 1},
                   "properties": {"socketFactory": "x", "ApplicationName": 5, "a/b": "c"},
                   "credential": {"authenticationType": "UsernamePassword", "username": "u", "password": "[REDACTED]"}},
                 "settings": {"crawl": {"schedule": "sometimes", "missingObjectRetention": "P0D", "exclude": [""]}},
                 "options": {"crawlOnCreate": "yes"}}""")
                .refuses(
                        "/connectionKey",
                        "/colour",
                        "/clientConfiguration/host",
                        "/clientConfiguration/port",
                        "/clientConfiguration/database",
                        "/clientConfiguration/tls/x",
                        "/clientConfiguration/properties/socketFactory",
                        "/clientConfiguration/properties/ApplicationName",
                        "/clientConfiguration/properties/a~1b",
                        "/clientConfiguration/credential/password",
                        "/settings/crawl/schedule",
                        "/settings/crawl/missingObjectRetention",
                        "/settings/crawl/exclude/0",
                        "/options/crawlOnCreate");
    }

    @Test
    void anUnknownTechnologyIsNamed() {
        api.post(
                        "/api/connections",
                        Requests.postgres("k").replace("PostgreSQL", "FoxPro").replace("5432", "0"))
                .refuses("/technology", "/clientConfiguration/port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://db",
                "db:5432",
                "db/shop",
                "db?x=1",
                "db;x=1",
                "db\\\\x",
                "a b",
                " db",
                "db ",
                "user@db",
                "db#x",
                "-db",
                "db\\n",
                "a..b",
                "{db}"
            })
    void aHostIsANameAlone(String host) {
        api.post("/api/connections", Requests.postgres(RunningApi.newKey()).replace("db.example.com", host))
                .refuses("/clientConfiguration/host");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "::1", "fe80::1", "localhost", "db_1.internal", "xn--bcher-kva.example."})
    void namesAndAddressesAreHosts(String host) {
        api.post("/api/connections", Requests.postgres(RunningApi.newKey()).replace("db.example.com", host))
                .is(201);
    }

    @Test
    void aPatternOfAnotherKindOfGlobIsNamed() {
        api.post("/api/connections", Requests.postgres("k", """
                                {"crawl": {"include": ["**", "shop/{a,b}/*", 5], "exclude": ["*/[xy]*", "!shop", "a[1]"]}}"""))
                .refuses(
                        "/settings/crawl/include/1",
                        "/settings/crawl/include/2",
                        "/settings/crawl/exclude/0",
                        "/settings/crawl/exclude/1");
    }

    @Test
    void theValueOfADriverPropertyIsOneThatTheDriverKnows() {
        Answer refused = api.post("/api/connections", """
                {"connectionKey": "k", "technology": "PostgreSQL",
                 "clientConfiguration": {
                   "host": "db.example.com", "properties": {"targetServerType": "nonsense"},
                   "credential": {"authenticationType": "UsernamePassword", "username": "u", "password": "p"}}}""");
        refused.refuses("/clientConfiguration/properties/targetServerType");
        assertThat(refused.json().toString()).contains("any, primary, secondary, preferPrimary, preferSecondary");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PT4M59S",
                "P1Y",
                "-PT1H",
                "* * * *",
                "* * * * * *",
                "61 * * * *",
                "0 0 31 2 *",
                "",
                " ",
                "PT99999999999H"
            })
    void aScheduleIsADurationOrACronExpression(String schedule) {
        api.post("/api/connections", Requests.postgres("k", "{\"crawl\": {\"schedule\": \"%s\"}}".formatted(schedule)))
                .refuses("/settings/crawl/schedule");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "nonsense",
                "{\"connectionKey\": \"a\\u0000b\"}",
                "{\"connectionKey\": \"\\udfff\"}",
                "{\"a\": 1, \"a\": 2}",
                "{} {}",
                "[]",
                "null",
                "1e400"
            })
    void aBrokenBodyIsRefused(String body) {
        for (String path : List.of("/api/connections", api.newConnection() + "/tasks")) {
            api.post(path, body).isProblem(400);
        }
        api.patch(api.newConnection(), body).isProblem(400);
    }

    @Test
    void anEmptyBodyIsRefused() {
        api.send(api.request("POST", "/api/connections", "")).refuses("");
        api.send(api.request("POST", "/api/connections", null).header("Content-Type", "application/json"))
                .refuses("");
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,limit",
        "limit=101,limit",
        "limit=abc,limit",
        "limit=1.5,limit",
        "limit=,limit",
        "limit=1&limit=2,limit",
        "limit=99999999999999999999,limit",
        "cursor=garbage,cursor",
        "cursor=,cursor",
        "cursor=%00,cursor",
        "state=active,state",
        "technology=postgres,technology"
    })
    void aWrongParameterIsNamed(String query, String parameter) {
        api.get("/api/connections?" + query).refuses(parameter);
    }

    @Test
    void everyWrongParameterIsNamedAtOnce() {
        api.get("/api/connections/a.b/tasks?limit=0&type=X&status=Y&trigger=Z&createdBy=&parentTaskId=1&other=2")
                .refuses("connectionKey", "limit", "type", "status", "trigger", "createdBy", "parentTaskId", "other");
        api.get("/api/connections/k/tasks/1/runs/2").refuses("taskId", "runId");
        api.get("/api/connections/" + "k".repeat(129)).refuses("connectionKey");
        api.get("/api/connections/k%0A").isProblem(400);
        api.get("/api/connections/k%20").refuses("connectionKey");
        api.patch("/api/connections/k?dryRun=1", "{}").refuses("dryRun");
        api.delete("/api/connections/k?force=TRUE").refuses("force");
    }

    @Test
    void anUnknownParameterIsNamedAndTheKnownOnesAreListed() {
        String path = api.newConnection();
        api.get(path + "?colour=red").refuses("colour");
        assertThat(api.get(path + "/tasks?Limit=1").refuses("Limit").at("/errors/0/detail"))
                .contains("cursor", "limit")
                .doesNotContain("connectionKey");
        api.get(path + "/tasks?limit").refuses("limit");
        api.get(path + "/tasks?connectionKey=x").refuses("connectionKey");
        api.post(path + "/validate?force=true", null).refuses("force");
        api.post("/api/connections/data/search?limit=1", "{\"dataObject\": {\"name\": \"x\"}}")
                .refuses("limit");
        assertThat(api.get(path + "/tasks").is(200).json().path("data")).isEmpty();
        assertThat(api.get("/v3/api-docs?colour=red").status()).isEqualTo(200);
        assertThat(api.get("/swagger-ui/index.html?colour=red").status()).isEqualTo(200);
    }

    @Test
    void anEncodedKeyIsDecoded() {
        api.get(api.newConnection().replace("/c-", "/%63-")).is(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /api/connections?limit=%zz",
                "GET /api/connections?cursor=%c3%28",
                "GET /api/connections/k/tasks?%00=1",
                "GET /api/connections/k/tasks?a%0d%0aforged=1",
                "GET /api/connections/%zz",
                "GET /api/connections/%ff",
                "GET /api/connections//k",
                "GET /api/connections/../k",
                "GET /api/connections/|",
                "FOO /api/connections",
                "GET /api/connections/a%5cb",
                "GET /api/connections/a%2e%2e%2fb",
                "GET api"
            })
    void aRequestThatIsBrokenAsHttpIsABadRequest(String requestLine) throws IOException {
        assertThat(raw(requestLine))
                .contains("Content-Type: application/problem+json")
                .containsPattern("HTTP/1.1 4(00|05)");
    }

    /** Sends the line with the headers of a valid request, and answers all that comes back. */
    private String raw(String requestLine) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.getOutputStream()
                    .write((requestLine + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + api.everything()
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aMethodThatAPathDoesNotSupportIsAnsweredWithThoseItSupports() {
        Answer answer = api.send(api.request("PUT", "/api/connections", "{}")).isProblem(405);
        assertThat(answer.header("Allow").split(",")).containsExactlyInAnyOrder("GET", "HEAD", "POST", "OPTIONS");
        answer = api.send(api.request("GET", "/api/connections/data/search", null))
                .isProblem(405);
        assertThat(answer.header("Allow").split(",")).containsExactlyInAnyOrder("POST", "OPTIONS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROPFIND", "LINK", "FOO", "TRACE", "CONNECT", "QUERY", "get"})
    void aMethodThatNoPathSupportsIsAnsweredWithThoseThePathSupports(String method) throws IOException {
        String key = RunningApi.newKey();
        Map<String, Set<String>> taken = Map.of(
                "/api/connections?limit=1",
                Set.of("GET", "HEAD", "POST", "OPTIONS"),
                "/api/connections/" + key,
                Set.of("GET", "HEAD", "PATCH", "DELETE", "OPTIONS"),
                "/api/connections/" + key + "/validate",
                Set.of("POST", "OPTIONS"),
                "/api/connections/data/search",
                Set.of("POST", "OPTIONS"),
                "/v3/api-docs",
                Set.of("GET", "HEAD", "OPTIONS"),
                "/actuator/health/liveness",
                Set.of("GET", "HEAD", "OPTIONS"),
                "/swagger-ui/index.html",
                Set.of("GET", "HEAD", "OPTIONS"));
        for (String path : taken.keySet()) {
            String answer = raw(method + " " + path);
            assertThat(answer).startsWith("HTTP/1.1 405").contains("Content-Type: application/problem+json");
            assertThat(answer).contains("X-Request-Id: ", "\"instance\":\"" + path.replaceAll("\\?.*", "") + '"');
            Matcher allow = Pattern.compile("\r\nAllow: (.*)\r\n").matcher(answer);
            assertThat(allow.results().map(found -> Set.of(found.group(1).split(", ?"))))
                    .as(path)
                    .containsExactly(taken.get(path));
        }
        assertThat(raw(method + " /nothing")).startsWith("HTTP/1.1 404").contains("application/problem+json");
        assertThat(raw(method + " /api/connections/%zz")).startsWith("HTTP/1.1 400");
    }

    @Test
    void mediaTypesAreChecked() {
        api.send(api.request("POST", "/api/connections", "{}").setHeader("Content-Type", "text/plain"))
                .isProblem(415);
        api.send(api.request("POST", "/api/connections", "{}").setHeader("Content-Type", "nonsense"))
                .isProblem(415);
        for (String wildcard : List.of("*/*", "application/*", "application/*+json")) {
            for (String path : List.of("/api/connections", "/api/connections/data/search", "/api/nothing")) {
                api.send(api.request("POST", path, "").setHeader("Content-Type", wildcard))
                        .isProblem(415);
            }
        }
        api.send(api.request("GET", "/api/connections", null).header("Accept", "text/html"))
                .isProblem(406);
        for (String unwanted : List.of(
                "application/json;q=0", "*/*;q=0", "application/json;q=0.0, */*", "application/*;q=0, text/html")) {
            api.send(api.request("GET", "/api/connections", null).header("Accept", unwanted))
                    .isProblem(406);
        }
        for (String wanted : List.of(
                "application/json;q=0.1",
                "text/html, */*;q=0.1",
                "application/*;q=0, application/json",
                "*/*;q=0, application/json;q=1")) {
            api.send(api.request("GET", "/api/connections?limit=1", null).header("Accept", wanted))
                    .is(200);
        }
        String key = RunningApi.newKey();
        api.send(api.request("POST", "/api/connections", Requests.postgres(key)).header("Accept", "text/html"))
                .isProblem(406);
        api.get("/api/connections/" + key).is(404);
    }

    @Test
    void aBodyOfMoreThanAMebibyteIsTooLarge() {
        String body = "{\"connectionKey\": \"" + "x".repeat(1024 * 1024) + "\"}";
        api.post("/api/connections", body).isProblem(413);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        api.send(api.request("POST", "/api/connections", "{}")
                        .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))))
                .isProblem(413);
    }
}
