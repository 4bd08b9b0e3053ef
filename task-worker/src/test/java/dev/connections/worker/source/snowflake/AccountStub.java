package dev.connections.worker.source.snowflake;

import com.sun.net.httpserver.HttpExchange;
import dev.connections.json.Json;
import dev.connections.worker.source.http.HttpStub;
import dev.connections.worker.source.http.TestKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for an account with the SQL API, as Snowflake's reference describes it: statements have handles and are asked
 * for until they have ended, and rows come in partitions, of which all but the first are packed. {@link SnowflakeSpecificationTest}
 * compares its answers with the reference.
 */
final class AccountStub {
    /** In a scripted answer: the handle of the statement that it answers. */
    static final String HANDLE = "the-handle-of-the-statement";

    static final String TOKEN = "pat-s3cret-of-contract";
    static final String USER = "Contract";
    static final String CLIENT = "client";
    static final String CLIENT_SECRET = "s3cret of the client";

    private static final int PARTITION = 40;
    private static final long CREATED_ON = 1_700_000_000_000L;

    private final HttpStub http;
    private final AccountDatabases databases;
    private final Map<String, Running> running = new ConcurrentHashMap<>();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private final Set<String> issued = ConcurrentHashMap.newKeySet();

    /** The statements that were sent. */
    final Queue<JsonNode> statements = new ConcurrentLinkedQueue<>();

    /** Answers some statements otherwise; null for the rows. */
    volatile Script script = sql -> null;

    /** Answers for further partitions otherwise; null for the rows. */
    volatile Script partitions = query -> null;

    /** The requests that are refused because they are too many, with the seconds of Retry-After; empty for no such header. */
    final Queue<String> throttled = new ConcurrentLinkedQueue<>();

    /** When requests came, in nanoseconds of no particular beginning. */
    final Queue<Long> times = new ConcurrentLinkedQueue<>();

    /** The last token that came with a request. */
    volatile String lastToken = "";

    /** Whether what the script answers is packed. */
    volatile boolean packs;

    /** In place of the answer to a request that asks whether a statement has ended. */
    interface Script {
        @Nullable
        Refusal answer(String sql);
    }

    record Refusal(int status, String body) {
        static Refusal of(String code, String message) {
            return new Refusal(422, error(code, message).toString());
        }
    }

    /** A statement that was accepted. */
    private static final class Running {
        private final String sql;
        private final List<String> values;
        private final String database;
        private volatile boolean wasAsked;
        private volatile boolean canceled;
        private AccountDatabases.@Nullable Rows rows;

        Running(String sql, List<String> values) {
            this.sql = sql;
            this.values = values;
            this.database = AccountDatabases.databaseOf(sql);
        }
    }

    AccountStub(AccountDatabases databases) {
        this.databases = databases;
        this.http = new HttpStub(Map.of("/api/v2/statements", this::statements, "/token", this::token));
    }

    int port() {
        return http.port();
    }

    AccountDatabases databases() {
        return databases;
    }

    /** The statements that were sent. */
    List<String> sent() {
        return statements.stream()
                .map(body -> body.path("statement").stringValue())
                .toList();
    }

    /** Lets statements on a database go on until it is closed. */
    AutoCloseable hold(String database) {
        held.add(database);
        return () -> held.remove(database);
    }

    boolean isWaiting(String database) {
        return running.values().stream()
                .anyMatch(it -> it.wasAsked && !it.canceled && it.rows == null && it.database.equals(database));
    }

    /** Makes every token that was issued so far run out. */
    void expireTokens() {
        issued.clear();
    }

    private void token(HttpExchange exchange) throws IOException {
        String form = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        if (form.equals("grant_type=client_credentials&scope=session%3Arole-any")
                || form.contains(
                        "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer")) {
            String token = "oauth-" + UUID.randomUUID();
            issued.add(token);
            HttpStub.send(
                    exchange,
                    200,
                    Json.object()
                            .put("access_token", token)
                            .put("expires_in", 600)
                            .toString());
        } else {
            HttpStub.send(exchange, 401, "{\"error\": \"invalid_client\"}");
        }
    }

    private void statements(HttpExchange exchange) throws IOException {
        times.add(System.nanoTime());
        String retryAfter = throttled.poll();
        if (retryAfter != null) {
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", retryAfter);
            }
            HttpStub.send(exchange, 429, said("390505", "Too many requests.").toString());
            return;
        }
        String refused = refused(exchange);
        if (refused != null) {
            HttpStub.send(
                    exchange,
                    401,
                    said(refused, "the token is invalid. [0ce9eb56]").toString());
            return;
        }
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/api/v2/statements")) {
            submit(exchange);
            return;
        }
        String[] parts = path.split("/", -1);
        Running statement = running.get(parts[4]);
        if (statement == null) {
            HttpStub.send(exchange, 404, said("000000", "no statement").toString());
        } else if (parts.length > 5 && parts[5].equals("cancel")) {
            statement.canceled = true;
            ObjectNode canceled = said("000604", "successfully canceled").put("sqlState", "");
            HttpStub.send(exchange, 200, of(canceled, parts[4]).toString());
        } else {
            answer(exchange, parts[4], statement);
        }
    }

    /** The code of what is wrong with a login; null for nothing. */
    private @Nullable String refused(HttpExchange exchange) {
        String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        String token = bearer.startsWith("Bearer ") ? bearer.substring(7) : "";
        String kind = String.valueOf(exchange.getRequestHeaders().getFirst("X-Snowflake-Authorization-Token-Type"));
        lastToken = token;
        boolean known = switch (kind) {
            case "PROGRAMMATIC_ACCESS_TOKEN" -> token.equals(TOKEN);
            case "KEYPAIR_JWT" -> isOfTheUser(TestKey.read(token));
            case "OAUTH" -> issued.contains(token);
            default -> false;
        };
        boolean saysWho = exchange.getRequestHeaders().containsKey("User-Agent")
                && "application/json".equals(exchange.getRequestHeaders().getFirst("Accept"));
        return known && saysWho ? null : kind.equals("KEYPAIR_JWT") ? "390144" : "390303";
    }

    private static boolean isOfTheUser(TestKey.@Nullable Token token) {
        String user = "LOCALHOST.CONTRACT";
        return token != null
                && token.claims().path("sub").stringValue().equals(user)
                && token.claims()
                        .path("iss")
                        .stringValue()
                        .equals(user + ".SHA256:"
                                + TestKey.file("public.sha256").strip());
    }

    private void submit(HttpExchange exchange) throws IOException {
        JsonNode body = Json.tree(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        statements.add(body);
        List<String> values = new ArrayList<>();
        for (int i = 1; body.path("bindings").has(String.valueOf(i)); i++) {
            values.add(
                    body.path("bindings").path(String.valueOf(i)).path("value").stringValue());
        }
        String handle = UUID.randomUUID().toString();
        running.put(handle, new Running(body.path("statement").stringValue(), values));
        sendRunning(exchange, handle);
    }

    private static void sendRunning(HttpExchange exchange, String handle) throws IOException {
        ObjectNode answer = said("333334", "Asynchronous execution in progress. Ask for it by its handle.");
        HttpStub.send(exchange, 202, of(answer, handle).toString());
    }

    private void answer(HttpExchange exchange, String handle, Running statement) throws IOException {
        Refusal refusal = script.answer(statement.sql);
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        Refusal ofPartition = partitions.answer(query);
        if (ofPartition != null && query.startsWith("partition")) {
            HttpStub.send(exchange, ofPartition.status, ofPartition.body);
            return;
        }
        if (refusal != null && !query.startsWith("partition")) {
            String body = refusal.body.replace(HANDLE, handle);
            if (packs) {
                sendPacked(exchange, body);
            } else {
                HttpStub.send(exchange, refusal.status, body);
            }
            return;
        }
        boolean isHeld = held.contains(statement.database) && statement.sql.contains("TABLES");
        boolean first = !statement.wasAsked;
        statement.wasAsked = true;
        if (statement.canceled) {
            HttpStub.send(
                    exchange, 422, error("000604", "SQL execution canceled").toString());
        } else if (isHeld || (first && statement.sql.contains("TABLES"))) {
            sendRunning(exchange, handle);
        } else {
            sendRows(exchange, handle, statement, query);
        }
    }

    private void sendRows(HttpExchange exchange, String handle, Running statement, String query) throws IOException {
        AccountDatabases.Rows rows = statement.rows;
        try {
            rows = rows == null ? databases.execute(statement.sql, statement.values) : rows;
            statement.rows = rows;
        } catch (SQLException e) {
            HttpStub.send(
                    exchange,
                    422,
                    error("002003", String.valueOf(e.getMessage())).toString());
            return;
        }
        int partition = query.startsWith("partition=") ? Integer.parseInt(query.substring(10)) : 0;
        ObjectNode answer = Json.object();
        ArrayNode data = answer.putArray("data");
        rows.rows().stream().skip((long) partition * PARTITION).limit(PARTITION).forEach(row -> {
            ArrayNode texts = data.addArray();
            for (String text : row) {
                texts.add(text);
            }
        });
        if (partition > 0) {
            sendPacked(exchange, answer.toString());
            return;
        }
        of(answer, handle)
                .put("code", "090001")
                .put("message", "Statement executed successfully.")
                .put("sqlState", "00000")
                .put("createdOn", CREATED_ON);
        ObjectNode meta = answer.putObject("resultSetMetaData")
                .put("format", "jsonv2")
                .put("numRows", rows.rows().size());
        for (int from = 0; from == 0 || from < rows.rows().size(); from += PARTITION) {
            ObjectNode part = meta.withArray("/partitionInfo")
                    .addObject()
                    .put("rowCount", Math.min(PARTITION, rows.rows().size() - from))
                    .put("uncompressedSize", 1_000);
            if (from > 0) {
                part.put("compressedSize", 100);
            }
        }
        rows.columns().forEach(name -> meta.withArray("/rowType").add(column(name)));
        HttpStub.send(exchange, 200, answer.toString());
    }

    private static ObjectNode column(String name) {
        return Json.object()
                .put("name", name)
                .put("database", "")
                .put("schema", "")
                .put("table", "")
                .putNull("scale")
                .putNull("precision")
                .put("length", 16_777_216)
                .put("type", "text")
                .put("nullable", true)
                .put("byteLength", 16_777_216)
                .putNull("collation");
    }

    private static ObjectNode error(String code, String message) {
        return of(said(code, message), UUID.randomUUID().toString())
                .put("sqlState", "02000")
                .put("createdOn", CREATED_ON);
    }

    private static ObjectNode said(String code, String message) {
        return Json.object().put("code", code).put("message", message);
    }

    /** Adds what each answer has that is of one statement. */
    private static ObjectNode of(ObjectNode answer, String handle) {
        return answer.put("statementHandle", handle).put("statementStatusUrl", "/api/v2/statements/" + handle);
    }

    static void sendPacked(HttpExchange exchange, String body) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        HttpStub.send(exchange, 200, packed.toByteArray());
    }
}
