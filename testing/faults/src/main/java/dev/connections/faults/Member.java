package dev.connections.faults;

import dev.connections.embedded.FreePort;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A place in the service for one process after the other, with proxies of its own before PostgreSQL and Kafka. */
final class Member implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** What a member is. */
    enum Role {
        API("api-service", "/actuator/health/readiness"),
        WORKER("task-worker", "/actuator/health");

        private final String module;
        private final String health;

        Role(String module, String health) {
            this.module = module;
            this.health = health;
        }

        /** The module, and the name of its jar. */
        String module() {
            return module;
        }
    }

    final String name;
    final Role role;
    final TcpProxy postgres;
    final TcpProxy kafka;
    private final Path log;
    private final Map<String, String> environment;
    private final String heap;
    private final int port = FreePort.find();
    private int generation;
    private @Nullable Child child;

    /** How the processes of a member are started. */
    record Settings(String heap, Map<String, String> environment) {
        Settings {
            environment = Map.copyOf(environment);
        }
    }

    Member(String name, Role role, TcpProxy postgres, TcpProxy kafka, Path log, Settings settings) {
        this.name = name;
        this.role = role;
        this.postgres = postgres;
        this.kafka = kafka;
        this.log = log;
        this.environment = settings.environment();
        this.heap = settings.heap();
    }

    /** Starts the next process, where none is alive. */
    synchronized void start() {
        if (child != null && child.isAlive()) {
            return;
        }
        generation++;
        Map<String, String> own = new HashMap<>(environment);
        own.put("SERVER_PORT", Integer.toString(port));
        own.put("SPRING_KAFKA_BOOTSTRAPSERVERS", "127.0.0.1:" + kafka.port());
        own.put(
                "SPRING_DATASOURCE_URL",
                "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/" + ServiceUnderFaults.DATABASE);
        own.put("CONNECTIONS_WORKER_ID", workerId());
        child = Application.of(role, own).start(heap, own, log);
    }

    /** The process of now. */
    synchronized Child child() {
        if (child == null) {
            throw new IllegalStateException(name + " was not started");
        }
        return child;
    }

    /** What its processes have logged of a request, in one text. */
    String logged(String requestId) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            return lines.filter(line -> line.contains(requestId)).collect(Collectors.joining("\n"));
        }
    }

    /** The name under which the process of now works. */
    synchronized String workerId() {
        return name + "-" + generation;
    }

    /** How many processes it has had. */
    synchronized int generation() {
        return generation;
    }

    /** Where it serves. */
    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** Whether it says that it is in good health. */
    boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url() + role.health))
                .timeout(Duration.ofSeconds(2))
                .build();
        try {
            return child().isAlive()
                    && HTTP.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public synchronized void close() {
        if (child != null) {
            child.close();
        }
        postgres.close();
        kafka.close();
    }

    /** Where this class is, and {@link WithParent}. */
    static String ownClasses() {
        return Path.of(URI.create(Member.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toString()))
                .toString();
    }
}
