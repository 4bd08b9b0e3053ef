package dev.connections.worker.source.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.connections.worker.source.StubCertificate;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** An HTTPS server on the loopback address, behind which a stand-in for a source answers, and can let requests wait. */
public final class HttpStub {
    static {
        // The JDK's server sends an answer in two parts, of which the second waits 40 ms for the first one's receipt.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpsServer server;
    private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();

    /** Starts one. */
    public HttpStub(Map<String, HttpHandler> handlers) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(
                new HttpsConfigurator(StubCertificate.shared().context()));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        handlers.forEach(server::createContext);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** Lets requests for what has a name wait until it is closed. */
    public AutoCloseable hold(String name) {
        CountDownLatch released = new CountDownLatch(1);
        held.put(name, released);
        return () -> {
            held.remove(name);
            released.countDown();
        };
    }

    /** Whether a request for what has the name waits. */
    public boolean isWaiting(String name) {
        return waiting.contains(name);
    }

    /** Waits where what has the name is held, with white space before the answer, so that a client that goes is noticed. */
    public boolean waits(HttpExchange exchange, String name) throws IOException {
        CountDownLatch released = held.get(name);
        if (released == null) {
            return false;
        }
        exchange.sendResponseHeaders(200, 0);
        waiting.add(name);
        try (OutputStream out = exchange.getResponseBody()) {
            while (!released.await(20, TimeUnit.MILLISECONDS)) {
                out.write(' ');
                out.flush();
            }
            out.write("{}".getBytes(StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting.remove(name);
        }
        return true;
    }

    /** Answers a request, with JSON unless a header says something else. */
    public static void send(HttpExchange exchange, int status, String body) throws IOException {
        send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
    }

    /** Answers a request. */
    public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.getResponseHeaders().putIfAbsent("Content-Type", List.of("application/json; charset=UTF-8"));
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
