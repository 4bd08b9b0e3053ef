package dev.connections.api.fuzz;

import dev.connections.api.RunningApi;
import dev.connections.api.http.contract.ContractDocument;
import dev.connections.api.http.contract.ContractDocument.Operation;
import dev.connections.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes requests to the operations of the contract: about half of them valid, the others nearly so, or wild. */
final class Fuzzer {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FOO", "get", "QUERY");
    private static final List<String> ODD_SEGMENTS = List.of(
            "",
            "%00",
            "%0d%0a",
            "%2f",
            "%2e%2e",
            "..",
            ".",
            "%ff",
            "%c3%28",
            "%zz",
            "%",
            "%ed%a0%80",
            "a;b=c",
            "%20",
            "a%20b",
            "\u00e9",
            "%f0%9f%98%80",
            "|",
            "{x}",
            "data",
            "k".repeat(129),
            "0".repeat(3000),
            "%25%30%30",
            "00000000-0000-0000-0000-000000000000",
            "ZZZZZZZZ-0000-7000-8000-000000000000",
            "null",
            "-1",
            "*");
    private static final List<String> ODD_VALUES = List.of(
            "",
            "%00",
            "%ff",
            "%zz",
            "-1",
            "0",
            "101",
            "1e2",
            "0x10",
            "9".repeat(30),
            "null",
            "true",
            "TRUE",
            "%0a",
            "'",
            "%ed%a0%80",
            "x".repeat(1025),
            "x".repeat(5000),
            "%E2%80%AE",
            "20&limit=20",
            "[]",
            "a+b",
            "active");
    private static final List<String> ODD_HEADERS = List.of(
            "Accept: text/html",
            "Accept: application/xml",
            "Accept: nonsense",
            "Accept: */*;q=0",
            "Accept: ",
            "Accept: application/json;q=0.1, */*;q=0.01",
            "Accept: text/event-stream",
            "Accept-Encoding: gzip;q=9, br",
            "Accept-Language: \u00e9\u00ff",
            "Content-Encoding: gzip",
            "Range: bytes=0-1",
            "Expect: nothing",
            "X-HTTP-Method-Override: DELETE",
            "X-Forwarded-For: <script>",
            "X-Forwarded-Host: evil.example",
            "Forwarded: for=\"_x\";proto=nonsense",
            "Cookie: a=b; JSESSIONID=../x",
            "Origin: https://evil.example",
            "If-Match: nonsense",
            "If-Match: *",
            "If-Match: \"a\", W/\"b\"",
            "If-None-Match: *",
            "If-None-Match: \"",
            "If-Modified-Since: yesterday",
            "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT",
            "Last-Event-ID: -1",
            "Last-Event-ID: x",
            "Last-Event-ID: 2",
            "X-Request-Id: \u001b[31m",
            "X-Request-Id: ok-1",
            "traceparent: 00-00000000000000000000000000000000-0000000000000000-00",
            "X-Junk: " + "j".repeat(6000),
            "X-Junk: " + "j".repeat(9000),
            "X-\u00e9: 1",
            "No-Colon",
            " folded: 1",
            ": no name",
            "Upgrade: h2c");
    private final Random random;
    private final Pools pools;
    private final ValidValues values;
    private final FuzzedBody bodies;
    private final JsonNode document;
    private final List<Operation> operations;
    private final String everything;
    private final String nothing;

    Fuzzer(RunningApi api, Random random, Pools pools) {
        ContractDocument contract = new ContractDocument();
        this.random = random;
        this.pools = pools;
        this.document = Json.tree(contract.json());
        this.values = new ValidValues(document, random, pools);
        this.bodies = new FuzzedBody(random);
        this.operations = contract.operations();
        this.everything =
                api.tokens().mint(FuzzTest.CALLER, "connections:read", "connections:operate", "connections:manage");
        this.nothing = api.tokens().mint(FuzzTest.CALLER, "another:scope");
    }

    FuzzedRequest next() {
        Operation operation = operations.get(random.nextInt(operations.size()));
        JsonNode described = described(operation);
        String method = oneIn(25) ? any(METHODS) : operation.method().name();
        List<String> headers = new ArrayList<>(oneIn(8) ? List.of() : authorization());
        byte[] body = new byte[0];
        if (described.has("requestBody") || oneIn(30)) {
            headers.addAll(contentType(operation));
            body = body(described);
        }
        while (oneIn(8)) {
            headers.add(any(ODD_HEADERS));
        }
        FuzzedRequest request =
                new FuzzedRequest(method, path(operation) + query(described), headers, body, Framing.LENGTH);
        return request.with(
                oneIn(4) ? Framing.CHUNKED : request.isAnonymous() && oneIn(2) ? Framing.WITHHELD : Framing.LENGTH);
    }

    /** Each operation with its valid body, framed in each way and said to be of each foreign type, without a token. */
    List<FuzzedRequest> anonymous() {
        return foreign(operation -> true, List.of());
    }

    /** Each operation that takes a body, with a valid one and a token, but said to be of a foreign type. */
    List<FuzzedRequest> ofForeignTypes() {
        return foreign(operation -> described(operation).has("requestBody"), bearer(everything)).stream()
                .filter(request -> request.framing() != Framing.WITHHELD)
                .toList();
    }

    private List<FuzzedRequest> foreign(Predicate<Operation> selected, List<String> authorization) {
        List<FuzzedRequest> requests = new ArrayList<>();
        for (Operation operation : operations.stream().filter(selected).toList()) {
            byte[] body = Json.write(validBody(described(operation))).getBytes(java.nio.charset.StandardCharsets.UTF_8);
            String path =
                    operation.path().replace("{connectionKey}", pools.key()).replaceAll("\\{\\w+}", pools.uuid());
            for (String type : MediaTypes.FOREIGN) {
                List<String> headers = new ArrayList<>(authorization);
                headers.addAll(MediaTypes.header(type));
                for (Framing framing : Framing.values()) {
                    requests.add(new FuzzedRequest(operation.method().name(), path, headers, body, framing));
                }
            }
        }
        return requests;
    }

    private JsonNode described(Operation operation) {
        return document.path("paths")
                .path(operation.path())
                .path(operation.method().name().toLowerCase(Locale.ROOT));
    }

    private List<String> authorization() {
        return switch (random.nextInt(40)) {
            case 0 -> List.of();
            case 1 -> bearer(nothing);
            case 2 -> List.of("Authorization: Bearer " + any(List.of("", "x", "a.b.c", "\u00e9", everything + "x")));
            case 3 -> List.of("Authorization: Basic dXNlcjpwYXNz");
            case 4 -> List.of("Authorization: Bearer " + everything, "Authorization: Bearer " + nothing);
            default -> bearer(everything);
        };
    }

    private static List<String> bearer(String token) {
        return List.of("Authorization: Bearer " + token);
    }

    private List<String> contentType(Operation operation) {
        if (oneIn(20)) {
            return MediaTypes.header(any(MediaTypes.ODD));
        }
        boolean mergePatch = operation.method().name().equals("PATCH") && random.nextBoolean();
        return List.of("Content-Type: application/" + (mergePatch ? "merge-patch+json" : "json"));
    }

    private String path(Operation operation) {
        Pools.Ids ids = pools.task();
        String key = operation.path().contains("{taskId}") ? ids.key() : pools.key();
        String path = operation
                .path()
                .replace("{connectionKey}", segment(key))
                .replace("{dataObjectId}", segment(pools.object()))
                .replace("{taskId}", segment(ids.task()))
                .replace("{runId}", segment(ids.run()));
        return switch (random.nextInt(120)) {
            case 0 -> path + "/";
            case 1 -> path.replaceFirst("/connections", "//connections");
            case 2 -> path.replaceFirst("connections", "%63onnections");
            case 3 -> path.toUpperCase(Locale.ROOT);
            case 4 -> path + ".json";
            case 5 -> path.substring(0, path.lastIndexOf('/'));
            case 6 -> path + ";v=1";
            case 7 -> path + "/" + any(ODD_SEGMENTS);
            default -> path;
        };
    }

    private String segment(String known) {
        return switch (random.nextInt(16)) {
            case 0 -> any(ODD_SEGMENTS);
            case 1 -> pools.uuid();
            default -> known;
        };
    }

    private String query(JsonNode described) {
        List<String> query = new ArrayList<>();
        for (JsonNode parameter : described.path("parameters")) {
            JsonNode found = parameter.has("$ref")
                    ? document.at(parameter.path("$ref").stringValue().substring(1))
                    : parameter;
            String name = found.path("name").stringValue();
            if (found.path("in").stringValue().equals("query") && oneIn(3)) {
                query.add(name + "=" + (oneIn(4) ? any(ODD_VALUES) : valid(name, found.path("schema"))));
            }
        }
        if (oneIn(40)) {
            query.add(any(List.of(
                    "unknown=1", "&&&", "=", "a=%zz", "x=" + "y".repeat(7000), "z=" + "y".repeat(20_000), "%00")));
        }
        return query.isEmpty() ? "" : "?" + String.join("&", query);
    }

    private String valid(String name, JsonNode schema) {
        if (name.equals("cursor")) {
            String cursor = pools.cursor();
            return oneIn(3) ? cursor.substring(0, cursor.length() - 1) + "A" : cursor;
        }
        String value = name.equals("parentTaskId")
                ? pools.task().task()
                : values.of(schema, name, 0).asString();
        return java.net.URLEncoder.encode(value, java.nio.charset.StandardCharsets.UTF_8);
    }

    private byte[] body(JsonNode described) {
        JsonNode valid = validBody(described);
        return switch (random.nextInt(20)) {
            case 0, 1, 2 -> bodies.wild(valid);
            case 3, 4, 5, 6, 7, 8, 9 -> bodies.nearly(valid);
            default -> Json.write(valid).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        };
    }

    private JsonNode validBody(JsonNode described) {
        return body(described
                .at("/requestBody/content/application~1json/schema/$ref")
                .asString("")
                .replaceFirst(".*/", ""));
    }

    /** Valid also where the schema says less than its description: the technology decides the configuration. */
    private JsonNode body(String schemaName) {
        JsonNode body = schemaName.isEmpty() ? Json.object() : values.ofSchema(schemaName);
        switch (schemaName) {
            case "CreateConnectionRequest" -> {
                String technology = oneIn(3) ? body.path("technology").stringValue() : "PostgreSQL";
                ((ObjectNode) body).put("technology", technology);
                ((ObjectNode) body).set("clientConfiguration", configuration(technology));
            }
            case "UpdateConnectionRequest" -> {
                if (body.has("clientConfiguration")) {
                    ((ObjectNode) body).set("clientConfiguration", some(configuration("PostgreSQL")));
                }
                if (body.has("settings")) {
                    ((ObjectNode) body).set("settings", values.ofSchema("ConnectionSettings"));
                }
            }
            case "CreateTaskRequest" -> {
                if (body.path("type").asString("").equals("VALIDATE")) {
                    ((ObjectNode) body).remove("input");
                }
            }
            default -> {}
        }
        return body;
    }

    private JsonNode configuration(String technology) {
        return values.ofSchema(
                switch (technology) {
                    case "Snowflake", "Databricks", "BigQuery", "Glue" -> technology + "Configuration";
                    default -> "DatabaseServerConfiguration";
                });
    }

    private JsonNode some(JsonNode configuration) {
        for (String name : List.copyOf(configuration.propertyNames())) {
            if (random.nextBoolean()) {
                ((ObjectNode) configuration).remove(name);
            }
        }
        return configuration;
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
