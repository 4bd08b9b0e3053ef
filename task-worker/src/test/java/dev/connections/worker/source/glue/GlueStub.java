package dev.connections.worker.source.glue;

import com.sun.net.httpserver.HttpExchange;
import dev.connections.json.Json;
import dev.connections.worker.source.http.HttpStub;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for Glue's API in one region, with the catalog of one account: in pages of two with an empty one in between, as
 * clients of AWS have to expect. Amazon's own client reads its answers. It shows which requests are sent and what is made of
 * the answers; not what Glue shows to whom.
 */
final class GlueStub {
    static final String REGION = "eu-central-1";
    static final String ACCOUNT = "123456789012";
    static final AwsCredentialsIdentity KEY = AwsCredentialsIdentity.create("AKIACONTRACT", "s3cret/of+the=key");
    static final AwsSessionCredentialsIdentity SESSION =
            AwsSessionCredentialsIdentity.create("ASIACONTRACT", "s3cret-of-the-session", "t0ken/of  the+session==");

    private static final int PAGE = 2;
    private static final int MOST = 100;

    /** For each action, what it may be asked with. */
    private static final Map<String, Set<String>> ACTIONS = Map.of(
            "GetDatabases", Set.of("CatalogId", "NextToken", "MaxResults"),
            "GetTables", Set.of("CatalogId", "DatabaseName", "NextToken", "MaxResults"),
            "GetTable", Set.of("CatalogId", "DatabaseName", "Name"));

    private final HttpStub http;
    private final Map<String, ObjectNode> databases = new LinkedHashMap<>();
    private final Map<List<String>, ObjectNode> tables = new LinkedHashMap<>();

    /** The requests that were signed well: the action, and what it was asked with. */
    final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** What a request is answered with in place of what was asked for; null for that. */
    volatile Script script = (action, asked) -> null;

    /** How far the clock of AWS is ahead of the worker's. */
    volatile Duration ahead = Duration.ZERO;

    /** Whether the session's token has run out. */
    volatile boolean isExpired;

    /** The header that proves the last request. */
    volatile String lastAuthorization = "";

    /** Answers some requests otherwise. */
    interface Script {
        @Nullable
        Refusal answer(String action, ObjectNode asked);
    }

    record Refusal(int status, String body) {
        static Refusal of(int status, String type, String message) {
            return new Refusal(
                    status,
                    Json.object().put("__type", type).put("Message", message).toString());
        }
    }

    GlueStub() {
        this.http = new HttpStub(Map.of("/", this::answer));
    }

    int port() {
        return http.port();
    }

    synchronized ObjectNode database(String name) {
        return databases.computeIfAbsent(
                name,
                it -> Json.object().put("Name", it).put("CatalogId", ACCOUNT).put("CreateTime", 1.7E9));
    }

    synchronized ObjectNode table(List<String> path, String type) {
        return tables.computeIfAbsent(path, it -> {
            ObjectNode table = Json.object()
                    .put("Name", it.getLast())
                    .put("DatabaseName", it.getFirst())
                    .put("CatalogId", ACCOUNT)
                    .put("CreateTime", 1.7E9)
                    .put("UpdateTime", 1_700_000_000.25)
                    .put("Retention", 0)
                    .put("VersionId", "0")
                    .put("IsRegisteredWithLakeFormation", false)
                    .put("TableType", type);
            table.putObject("StorageDescriptor")
                    .put("Location", "s3://bucket/" + it.getLast())
                    .put("NumberOfBuckets", -1)
                    .putObject("SerdeInfo")
                    .putObject("Parameters")
                    .put("Name", "no name of a table");
            return table;
        });
    }

    /** Adds a column to a table. */
    static ObjectNode column(ObjectNode table, String name, String type) {
        return table.withArray("/StorageDescriptor/Columns")
                .addObject()
                .put("Name", name)
                .put("Type", type);
    }

    synchronized void rename(List<String> path, String name) {
        ObjectNode table = Objects.requireNonNull(tables.remove(path));
        tables.put(List.of(path.getFirst(), name), table.put("Name", name));
    }

    synchronized void drop(List<String> path) {
        tables.keySet().removeIf(table -> table.subList(0, path.size()).equals(path));
        if (path.size() == 1) {
            databases.remove(path.getFirst());
        }
    }

    /** Lets requests for the tables of a database wait until it is closed; a client that goes is noticed. */
    AutoCloseable hold(String database) {
        return http.hold(database);
    }

    boolean isWaiting(String database) {
        return http.isWaiting(database);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Refusal refusal = refusalOf(exchange, body);
        if (refusal != null) {
            send(exchange, refusal);
            return;
        }
        String action = exchange.getRequestHeaders().getFirst("X-Amz-Target").substring("AWSGlue.".length());
        ObjectNode asked = (ObjectNode) Json.tree(body);
        requests.add(action + " " + body);
        refusal = script.answer(action, asked);
        if (refusal == null) {
            refusal = invalid(action, asked);
        }
        if (refusal != null) {
            send(exchange, refusal);
            return;
        }
        String database = asked.path("DatabaseName").stringValue("");
        if (action.equals("GetTables") && http.waits(exchange, database)) {
            return;
        }
        Refusal answer = answer(action, asked);
        send(exchange, answer);
    }

    /** What AWS says before Glue has seen the request. */
    private @Nullable Refusal refusalOf(HttpExchange exchange, String body) {
        var headers = exchange.getRequestHeaders();
        lastAuthorization = String.valueOf(headers.getFirst("Authorization"));
        if (!exchange.getRequestMethod().equals("POST")
                || !exchange.getRequestURI().toString().equals("/")
                || !"application/x-amz-json-1.1".equals(headers.getFirst("Content-Type"))
                || !String.valueOf(headers.getFirst("X-Amz-Target")).startsWith("AWSGlue.")) {
            return Refusal.of(400, "com.amazon.coral.service#UnknownOperationException", "");
        }
        String key = AwsSignature.keyOf(headers);
        boolean isSession = key.equals(SESSION.accessKeyId());
        String token = headers.getFirst("X-Amz-Security-Token");
        if (key.isEmpty()) {
            return Refusal.of(400, "MissingAuthenticationTokenException", "Missing Authentication Token");
        }
        if (!(isSession ? SESSION.sessionToken().equals(token) : key.equals(KEY.accessKeyId()) && token == null)) {
            return Refusal.of(
                    400, "UnrecognizedClientException", "The security token included in the request is invalid.");
        }
        if (isSession && isExpired) {
            return Refusal.of(
                    400, "ExpiredTokenException", "The security token included in the request is expired: " + token);
        }
        String wrong = AwsSignature.wrong(
                headers, body, isSession ? SESSION : KEY, REGION, Instant.now().plus(ahead));
        return wrong == null ? null : Refusal.of(400, "InvalidSignatureException", wrong);
    }

    private static @Nullable Refusal invalid(String action, ObjectNode asked) {
        Set<String> known = ACTIONS.get(action);
        boolean isKnown = known != null && known.containsAll(asked.propertyNames());
        if (!isKnown
                || asked.path("MaxResults").intValue(1) > MOST
                || asked.path("MaxResults").intValue(1) < 1) {
            return Refusal.of(400, "com.amazonaws.glue#InvalidInputException", "1 validation error detected");
        }
        if (!asked.path("CatalogId").stringValue(ACCOUNT).equals(ACCOUNT)) {
            return Refusal.of(400, "com.amazonaws.glue#EntityNotFoundException", "Catalog not found.");
        }
        return null;
    }

    private synchronized Refusal answer(String action, ObjectNode asked) {
        if (action.equals("GetDatabases")) {
            return page("DatabaseList", List.copyOf(databases.values()), asked);
        }
        String database = asked.path("DatabaseName").stringValue("");
        if (!databases.containsKey(database)) {
            return notFound("Database " + database + " not found.");
        }
        if (action.equals("GetTables")) {
            List<ObjectNode> inside = tables.entrySet().stream()
                    .filter(table -> table.getKey().getFirst().equals(database))
                    .map(Map.Entry::getValue)
                    .toList();
            return page("TableList", inside, asked);
        }
        ObjectNode table = tables.get(List.of(database, asked.path("Name").stringValue("")));
        return table == null
                ? notFound("Entity Not Found")
                : new Refusal(200, Json.object().set("Table", table).toString());
    }

    private static Refusal notFound(String message) {
        return Refusal.of(400, "EntityNotFoundException", message);
    }

    private static Refusal page(String list, List<ObjectNode> all, ObjectNode asked) {
        JsonNode token = asked.path("NextToken");
        int from =
                token.isMissingNode() ? 0 : Integer.parseInt(token.stringValue().substring("token/=".length()));
        ObjectNode page = Json.object();
        // The pages with odd numbers are empty.
        int size = Math.min(PAGE, asked.path("MaxResults").intValue(MOST));
        int begin = from / 2 * size;
        ArrayNode items = page.putArray(list);
        if (from % 2 == 0) {
            all.subList(Math.min(begin, all.size()), Math.min(begin + size, all.size()))
                    .forEach(items::add);
        }
        if (begin + size < all.size()) {
            page.put("NextToken", "token/=" + (from + 1));
        }
        return new Refusal(200, page.toString());
    }

    private static void send(HttpExchange exchange, Refusal answer) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
        HttpStub.send(exchange, answer.status, answer.body);
    }
}
