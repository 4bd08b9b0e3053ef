package dev.connections.worker.source.bigquery;

import com.sun.net.httpserver.HttpExchange;
import dev.connections.json.Json;
import dev.connections.worker.source.http.HttpStub;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for BigQuery's REST API with several projects: lists in pages of two with an empty one in between, partial
 * responses, and errors as its reference describes them. It shows which requests are sent and what is made of the answers; not
 * what BigQuery shows to whom.
 */
final class BigQueryStub {
    private static final String API = "/bigquery/v2/projects/";
    private static final int PAGE = 2;
    /** What the reference has for any method, and for these ones. */
    private static final Set<String> PARAMETERS =
            Set.of("prettyPrint", "fields", "all", "maxResults", "pageToken", "datasetView", "view");

    private final HttpStub http;
    /** By their paths: of a project, of a dataset, of a table. */
    private final Map<List<String>, ObjectNode> resources = new LinkedHashMap<>();

    /** Where tokens come from. */
    final TokenStub tokens = new TokenStub();

    /** The requests but for tokens, as paths below those of projects with their queries. */
    final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** What a request is answered with in place of the resource; null for the resource. */
    volatile Script script = path -> null;

    /** Answers some requests otherwise. */
    interface Script {
        @Nullable
        Refusal answer(String path);
    }

    record Refusal(int status, String body) {
        /** As BigQuery says it. */
        static Refusal of(int status, String reason, String message) {
            ObjectNode error = Json.object().put("code", status).put("message", message);
            error.putArray("errors")
                    .addObject()
                    .put("message", message)
                    .put("domain", "global")
                    .put("reason", reason);
            return new Refusal(status, Json.object().set("error", error).toString());
        }
    }

    BigQueryStub() {
        this.http = new HttpStub(Map.of(API, this::answer, "/token", tokens::answer));
    }

    int port() {
        return http.port();
    }

    synchronized void project(String name) {
        resources.putIfAbsent(List.of(name), Json.object());
    }

    synchronized ObjectNode dataset(List<String> path) {
        return resources.computeIfAbsent(path, it -> {
            ObjectNode dataset = Json.object()
                    .put("kind", "bigquery#dataset")
                    .put("id", it.getFirst() + ":" + it.getLast())
                    .put("type", "DEFAULT")
                    .put("location", "EU")
                    .put("creationTime", "1700000000000")
                    .put("lastModifiedTime", "1700000000000");
            dataset.putObject("datasetReference")
                    .put("projectId", it.getFirst())
                    .put("datasetId", it.getLast());
            return dataset;
        });
    }

    synchronized ObjectNode table(List<String> path, String type) {
        return resources.computeIfAbsent(path, it -> {
            ObjectNode table = Json.object()
                    .put("kind", "bigquery#table")
                    .put("id", it.get(0) + ":" + it.get(1) + "." + it.get(2))
                    .put("type", type)
                    .put("numRows", "0")
                    .put("creationTime", "1700000000000")
                    .put("lastModifiedTime", "1700000000000");
            table.putObject("tableReference")
                    .put("projectId", it.get(0))
                    .put("datasetId", it.get(1))
                    .put("tableId", it.get(2));
            return table;
        });
    }

    /** Adds a field to a table or to a field of it. */
    static ObjectNode field(ObjectNode table, String name, String type) {
        ObjectNode owner = table.has("tableReference") ? table.withObject("/schema") : table;
        return owner.withArray("/fields").addObject().put("name", name).put("type", type);
    }

    synchronized void rename(List<String> path, String name) {
        ObjectNode table = Objects.requireNonNull(resources.remove(path));
        table.withObject("/tableReference").put("tableId", name);
        resources.put(List.of(path.get(0), path.get(1), name), table);
    }

    synchronized void drop(List<String> path) {
        Predicate<List<String>> below = other ->
                other.size() >= path.size() && other.subList(0, path.size()).equals(path);
        resources.keySet().removeIf(below);
    }

    /** Lets requests for lists of a project's tables wait until it is closed; a client that goes is noticed. */
    AutoCloseable hold(String project) {
        return http.hold(project);
    }

    boolean isWaiting(String project) {
        return http.isWaiting(project);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString().substring(API.length());
        requests.add(path);
        if (!tokens.isGood(exchange)) {
            send(exchange, Refusal.of(401, "authError", "Request had invalid authentication credentials."));
            return;
        }
        Refusal refusal = script.answer(path);
        if (refusal != null) {
            send(exchange, refusal);
            return;
        }
        String rawQuery = exchange.getRequestURI().getRawQuery();
        Map<String, String> query = rawQuery == null ? Map.of() : query(rawQuery);
        if (!exchange.getRequestMethod().equals("GET") || !PARAMETERS.containsAll(query.keySet())) {
            send(exchange, Refusal.of(400, "badRequest", "an unknown parameter in " + query.keySet()));
            return;
        }
        // project/datasets[/dataset[/tables[/table]]]
        List<String> way = Arrays.stream(path.split("\\?", 2)[0].split("/", -1))
                .map(part -> URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
        if (way.getLast().equals("tables") && http.waits(exchange, way.getFirst())) {
            return;
        }
        ObjectNode resource = resource(way, query);
        if (resource == null) {
            send(exchange, Refusal.of(404, "notFound", "Not found: " + String.join(":", way)));
        } else {
            HttpStub.send(
                    exchange,
                    200,
                    partial(resource, query.getOrDefault("fields", "")).toString());
        }
    }

    private synchronized @Nullable ObjectNode resource(List<String> way, Map<String, String> query) {
        boolean isList = way.size() % 2 == 0;
        List<String> path = IntStream.range(0, way.size())
                .filter(i -> i % 2 == 0)
                .mapToObj(way::get)
                .toList();
        if (!resources.containsKey(path)) {
            return null;
        }
        if (!isList) {
            return resources.get(path);
        }
        List<ObjectNode> inside = resources.entrySet().stream()
                .filter(one -> one.getKey().size() == path.size() + 1
                        && one.getKey().subList(0, path.size()).equals(path))
                .filter(one -> path.size() > 1
                        || query.getOrDefault("all", "").equals("true")
                        || !one.getKey().getLast().startsWith("_"))
                .map(Map.Entry::getValue)
                .toList();
        return page(way.getLast(), inside, query.getOrDefault("pageToken", "page=0"));
    }

    private static ObjectNode page(String what, List<ObjectNode> all, String token) {
        int from = Integer.parseInt(token.substring("page=".length()));
        ObjectNode page = Json.object().put("kind", "bigquery#list").put("etag", "\"e\"");
        // The pages with odd numbers are empty, and then have no list.
        int begin = from / 2 * PAGE;
        if (from % 2 == 0 && !all.isEmpty()) {
            ArrayNode items = page.putArray(what);
            all.subList(Math.min(begin, all.size()), Math.min(begin + PAGE, all.size())).stream()
                    .map(ObjectNode::deepCopy)
                    // Of what is in lists BigQuery says no more.
                    .map(item ->
                            item.retain("kind", "id", "type", "creationTime", "datasetReference", "tableReference"))
                    .forEach(items::add);
        }
        if (begin + PAGE < all.size()) {
            page.put("nextPageToken", "page=" + (from + 1));
        }
        return page.put("totalItems", all.size());
    }

    /** What a partial response has: the named members, a(b) and a/b being members of members or of items. */
    private static JsonNode partial(ObjectNode resource, String fields) {
        if (fields.isEmpty()) {
            return resource;
        }
        ObjectNode partial = Json.object();
        for (String field : fields.replaceAll("\\((.*)\\)", "/$1").split(",", -1)) {
            String[] parts = field.split("/", 2);
            JsonNode value = resource.path(parts[0]);
            if (value instanceof ObjectNode object) {
                partial.set(parts[0], parts.length == 1 ? object : partial(object, parts[1]));
            } else if (value instanceof ArrayNode array && parts.length > 1) {
                ArrayNode items = partial.putArray(parts[0]);
                array.forEach(item -> items.add(partial((ObjectNode) item, parts[1])));
            } else if (!value.isMissingNode()) {
                partial.set(parts[0], value);
            }
        }
        return partial;
    }

    static Map<String, String> query(String raw) {
        return Arrays.stream(raw.split("&", -1))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(
                        field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
    }

    private static void send(HttpExchange exchange, Refusal refusal) throws IOException {
        HttpStub.send(exchange, refusal.status, refusal.body);
    }
}
