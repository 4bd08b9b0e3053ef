package dev.connections.worker.source.trino;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A stand-in for a cluster over HTTP, which answers each statement as its script says, page after page. */
final class TrinoStub implements AutoCloseable {
    private final HttpServer server;
    private final Script script;
    private final IntSupplier status;
    private final Map<String, Pages> statements = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();
    /** The headers of each request that names a user, as they came. */
    final Queue<Map<String, List<String>>> requests = new ConcurrentLinkedQueue<>();

    /** The statements that were canceled. */
    final Queue<String> canceled = new ConcurrentLinkedQueue<>();

    /** What a statement is answered with. */
    interface Script {
        Pages answer(String sql);
    }

    /** The pages of an answer, by number from 0. */
    interface Pages {
        /** The members of a page as JSON, but for where the next one is; null after the last. */
        @Nullable
        String page(int index);
    }

    TrinoStub(Script script) {
        this(script, () -> 200);
    }

    /** With a status for each request, instead of an answer where it is none of success. */
    TrinoStub(Script script, IntSupplier status) {
        this.script = script;
        this.status = status;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/statement", this::serve);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    static Pages pages(String... members) {
        return index -> index < members.length ? members[index] : null;
    }

    /** Rows on one page. */
    static Pages rows(String... rows) {
        return pages("\"data\": [" + String.join(",", rows) + "]");
    }

    /** A row of texts that need no quoting; an empty one is null. */
    static String row(String... values) {
        return Arrays.stream(values)
                .map(value -> value.isEmpty() ? "null" : '"' + value + '"')
                .collect(Collectors.joining(",", "[", "]"));
    }

    static Pages error(String name, String type, String message) {
        return pages(
                "\"error\": {\"errorName\": \"%s\", \"errorType\": \"%s\", \"message\": \"%s\", \"failureInfo\": {}}"
                        .formatted(name, type, message));
    }

    private void serve(HttpExchange exchange) throws IOException {
        requests.add(Map.copyOf(exchange.getRequestHeaders()));
        int refusal = status.getAsInt();
        if (refusal != 200) {
            exchange.sendResponseHeaders(refusal, -1);
            exchange.close();
            return;
        }
        String path = exchange.getRequestURI().getPath();
        String id;
        int index = 0;
        if (exchange.getRequestMethod().equals("POST")) {
            String sql = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            id = "q" + number.incrementAndGet();
            statements.put(id, script.answer(sql));
        } else {
            String[] parts = path.split("/", -1);
            id = parts[parts.length - 2];
            index = Integer.parseInt(parts[parts.length - 1]);
        }
        if (exchange.getRequestMethod().equals("DELETE")) {
            canceled.add(id);
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            return;
        }
        send(exchange, id, index);
    }

    private void send(HttpExchange exchange, String id, int index) throws IOException {
        Pages pages = Objects.requireNonNull(statements.get(id));
        String members = Objects.requireNonNullElse(pages.page(index), "");
        boolean more = pages.page(index + 1) != null;
        List<String> all = new ArrayList<>(List.of("\"id\": \"" + id + "\""));
        if (!members.isEmpty()) {
            all.add(members);
        }
        if (more) {
            all.add("\"nextUri\": \"http://127.0.0.1:%d/v1/statement/executing/%s/%d\""
                    .formatted(port(), id, index + 1));
        }
        all.add("\"stats\": {\"state\": \"" + (more ? "RUNNING" : "FINISHED") + "\", \"nodes\": 1}");
        byte[] body = ("{" + String.join(", ", all) + "}").getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
