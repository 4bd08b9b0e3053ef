package dev.connections.worker.source.databricks;

import com.sun.net.httpserver.HttpExchange;
import dev.connections.json.Json;
import dev.connections.worker.source.http.HttpStub;
import dev.connections.worker.source.http.TestKey;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for a workspace, with the lists of Unity Catalog's REST API: in pages of two with an empty one in between, as
 * Databricks' reference says that there may be. It shows which requests are sent and what is made of the answers; not what a
 * workspace shows to whom.
 */
final class WorkspaceStub {
    static final String TOKEN = "dapi-s3cret-of-contract";
    static final String CLIENT = "client";
    static final String CLIENT_SECRET = "s3cret of the client";

    private static final int PAGE = 2;

    /** The algorithm and the certificate's SHA-1 or SHA-256 that go with each other. */
    private static final Set<String> THUMBPRINTS =
            Set.of("RS256q83vASNFZ4mrze8BI0VniavN7wE", "PS256q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k");

    private final HttpStub http;
    private final WarehouseStub warehouse = new WarehouseStub();
    private final Map<String, ObjectNode> catalogs = new LinkedHashMap<>();

    private final Map<List<String>, ObjectNode> schemas = new LinkedHashMap<>();
    private final Map<List<String>, ObjectNode> tables = new LinkedHashMap<>();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();
    private volatile String lastToken = "";
    private final AtomicInteger logins = new AtomicInteger();

    /** The paths at which tokens were asked for. */
    final Queue<String> authorities = new ConcurrentLinkedQueue<>();

    /** What clients with a certificate have signed. */
    final Queue<TestKey.Token> assertions = new ConcurrentLinkedQueue<>();

    /** The requests for lists, as paths with their queries. */
    final Queue<String> requests = new ConcurrentLinkedQueue<>();

    /** What a request is answered with in place of the list; null for the list. */
    volatile Script script = path -> null;

    /** Whether there is an empty page between two with items. */
    volatile boolean hasEmptyPages = true;

    /** Answers some requests otherwise. */
    interface Script {
        @Nullable
        Refusal answer(String path);
    }

    record Refusal(int status, String body) {
        static Refusal of(int status, String code, String message) {
            return new Refusal(
                    status,
                    Json.object()
                            .put("error_code", code)
                            .put("message", message)
                            .toString());
        }
    }

    WorkspaceStub() {
        this.http = new HttpStub(Map.of(
                "/api/2.1/unity-catalog/", this::list,
                "/api/2.0/sql/", this::sql,
                "/oidc/v1/token", this::token,
                "/elsewhere/token", this::token,
                "/certificate/token", this::tokenForCertificate));
    }

    int port() {
        return http.port();
    }

    WarehouseStub warehouse() {
        return warehouse;
    }

    /** Makes every token that was issued so far run out. */
    void expireTokens() {
        issued.clear();
    }

    String lastToken() {
        return lastToken;
    }

    /** How often a token was asked for. */
    int logins() {
        return logins.get();
    }

    synchronized ObjectNode catalog(String name) {
        return catalogs.computeIfAbsent(
                name, it -> Json.object().put("name", it).put("catalog_type", "MANAGED_CATALOG"));
    }

    synchronized ObjectNode schema(List<String> path) {
        return schemas.computeIfAbsent(
                path,
                it -> Json.object()
                        .put("name", it.getLast())
                        .put("catalog_name", it.getFirst())
                        .put("schema_id", UUID.randomUUID().toString()));
    }

    synchronized ObjectNode table(List<String> path, String type) {
        return tables.computeIfAbsent(
                path,
                it -> Json.object()
                        .put("name", it.getLast())
                        .put("catalog_name", it.getFirst())
                        .put("schema_name", it.get(1))
                        .put("table_type", type)
                        .put("table_id", UUID.randomUUID().toString())
                        .put("created_at", 1_700_000_000_000L)
                        .put("updated_at", 1_700_000_000_000L));
    }

    /** Adds a column to a table, after those that it has. */
    static void column(ObjectNode table, String name, String type) {
        ArrayNode columns = table.withArray("/columns");
        // In another order than that of their positions, which is what counts.
        columns.insertObject(0)
                .put("name", name)
                .put("type_text", type)
                .put("type_name", type.toUpperCase(Locale.ROOT))
                .put("position", columns.size() - 1)
                .put("nullable", true);
    }

    synchronized void rename(List<String> path, String name) {
        ObjectNode table = Objects.requireNonNull(tables.remove(path));
        tables.put(List.of(path.get(0), path.get(1), name), table.put("name", name));
    }

    /** Moves a table to another schema of its catalog; it keeps its id. */
    synchronized void move(List<String> path, String schema) {
        ObjectNode table = Objects.requireNonNull(tables.remove(path));
        tables.put(List.of(path.get(0), schema, path.get(2)), table.put("schema_name", schema));
    }

    synchronized void drop(List<String> path) {
        Predicate<List<String>> below = other ->
                other.size() >= path.size() && other.subList(0, path.size()).equals(path);
        tables.keySet().removeIf(below);
        schemas.keySet().removeIf(below);
        catalogs.keySet().removeIf(name -> below.test(List.of(name)));
    }

    /** Lets requests for the tables of a catalog wait until it is closed; a client that goes is noticed. */
    AutoCloseable hold(String catalog) {
        return http.hold(catalog);
    }

    boolean isWaiting(String catalog) {
        return http.isWaiting(catalog);
    }

    private void token(HttpExchange exchange) throws IOException {
        logins.incrementAndGet();
        String basic = Base64.getEncoder()
                .encodeToString((CLIENT + ":" + CLIENT_SECRET.replace(" ", "+")).getBytes(StandardCharsets.UTF_8));
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean known = ("Basic " + basic).equals(exchange.getRequestHeaders().getFirst("Authorization"))
                && exchange.getRequestHeaders().getFirst("Content-Type").startsWith("application/x-www-form-urlencoded")
                && form.equals(
                        exchange.getRequestURI().getPath().startsWith("/elsewhere")
                                ? "grant_type=client_credentials&scope=a%2F.default&resource=r"
                                : "grant_type=client_credentials&scope=all-apis");
        authorities.add(exchange.getRequestURI().getPath());
        answer(exchange, known);
    }

    /** As Entra ID checks what is signed with the key of a certificate. */
    private void tokenForCertificate(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> fields = query(form);
        TestKey.Token token = TestKey.read(fields.getOrDefault("client_assertion", ""));
        boolean known = token != null
                && THUMBPRINTS.contains(token.header().path("alg").stringValue()
                        + token.header().path("x5t").stringValue("")
                        + token.header().path("x5t#S256").stringValue(""))
                && token.claims().path("iss").stringValue().equals(CLIENT)
                && token.claims().path("sub").stringValue().equals(CLIENT)
                && !token.claims().path("jti").stringValue().isEmpty()
                && fields.getOrDefault("client_assertion_type", "").endsWith(":jwt-bearer")
                && fields.getOrDefault("client_id", "").equals(CLIENT)
                && fields.getOrDefault("scope", "").equals("all")
                && fields.getOrDefault("grant_type", "").equals("client_credentials");
        if (token != null) {
            assertions.add(token);
        }
        answer(exchange, known);
    }

    private void answer(HttpExchange exchange, boolean known) throws IOException {
        if (known) {
            String token = "token-" + UUID.randomUUID();
            issued.add(token);
            lastToken = token;
            ObjectNode answer = Json.object().put("access_token", token).put("expires_in", 3_600);
            HttpStub.send(exchange, 200, answer.put("token_type", "Bearer").toString());
        } else {
            HttpStub.send(exchange, 401, "{\"error\": \"invalid_client\"}");
        }
    }

    private void sql(HttpExchange exchange) throws IOException {
        if (isAnswered(exchange, exchange.getRequestURI().toString())) {
            return;
        }
        warehouse.answer(exchange);
    }

    /** Answers who is not let in, and what the script has another answer for. */
    private boolean isAnswered(HttpExchange exchange, String path) throws IOException {
        requests.add(path);
        String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String token = bearer.startsWith("Bearer ") ? bearer.substring(7) : "";
        if (token.startsWith("token-") ? !issued.contains(token) : !token.equals(TOKEN)) {
            // As a workspace answers: 403 for a token that it never gave, 401 for one that has run out.
            ObjectNode said = Json.object().put("error_code", "403").put("message", "Invalid access token: " + token);
            HttpStub.send(exchange, token.startsWith("token-") ? 401 : 403, said.toString());
            return true;
        }
        Refusal refusal = script.answer(path);
        if (refusal != null) {
            HttpStub.send(exchange, refusal.status, refusal.body);
        }
        return refusal != null;
    }

    private void list(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        if (isAnswered(exchange, path)) {
            return;
        }
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        String what = path.substring(path.lastIndexOf('/', path.indexOf('?')) + 1, path.indexOf('?'));
        String catalog = query.getOrDefault("catalog_name", "");
        if (what.equals("tables") && http.waits(exchange, catalog)) {
            return;
        }
        HttpStub.send(exchange, 200, page(what, query).toString());
    }

    private synchronized ObjectNode page(String what, Map<String, String> query) {
        List<ObjectNode> all = switch (what) {
            case "catalogs" -> List.copyOf(catalogs.values());
            case "schemas" -> inside(schemas, query);
            default -> inside(tables, query);
        };
        int from = Integer.parseInt(query.getOrDefault("page_token", "0"));
        ObjectNode page = Json.object();
        // The pages with odd numbers are empty.
        int begin = from / 2 * PAGE;
        if (from % 2 == 0) {
            ArrayNode items = page.putArray(what);
            all.subList(Math.min(begin, all.size()), Math.min(begin + PAGE, all.size()))
                    .forEach(items::add);
        }
        if (begin + PAGE < all.size()) {
            page.put("next_page_token", String.valueOf(from + (hasEmptyPages ? 1 : 2)));
        }
        return page;
    }

    private static List<ObjectNode> inside(Map<List<String>, ObjectNode> all, Map<String, String> query) {
        return all.entrySet().stream()
                .filter(one -> one.getKey().getFirst().equals(query.get("catalog_name")))
                .filter(one ->
                        !query.containsKey("schema_name") || one.getKey().get(1).equals(query.get("schema_name")))
                .map(Map.Entry::getValue)
                .toList();
    }

    private static Map<String, String> query(String raw) {
        return Arrays.stream(raw.split("&", -1))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(
                        field -> field[0], field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
    }
}
