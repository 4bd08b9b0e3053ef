package dev.connections.worker.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.apache.coyote.AbstractProtocol;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** What a worker shows over HTTP. */
class ManagementPortTest {
    private static final String[] INTERNALS = {
        "metrics", "metrics/jvm.memory.used", "loggers", "env", "beans", "heapdump"
    };

    private static Service service;

    @BeforeAll
    static void start() {
        service = new Service();
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void thePortShowsItsHealthAndNothingElse() throws Exception {
        try (ConfigurableApplicationContext worker = worker()) {
            String port = property(worker, "local.server.port");
            // A worker is in good health when its lanes take commands.
            await().atMost(Service.LIMIT).until(() -> get(port, "health") == 200);
            for (String internal : INTERNALS) {
                assertThat(get(port, internal)).as(internal).isEqualTo(404);
            }
        }
    }

    @Test
    void connectionsThatSayNothingAreFewAndEnd() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try (ConfigurableApplicationContext worker = worker()) {
            int port = Integer.parseInt(property(worker, "local.server.port"));
            // More than the port holds; those beyond wait to be accepted.
            for (int i = 0; i < 220; i++) {
                idle.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            // The next one is counted before it is accepted.
            assertThat(acceptedBy(worker)).isLessThanOrEqualTo(201);
            await().atMost(Service.LIMIT).until(() -> get(String.valueOf(port), "health") == 200);
            for (Socket socket : idle) {
                // The worker has hung up, or does now.
                socket.setSoTimeout(60_000);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    private static long acceptedBy(ConfigurableApplicationContext worker) {
        TomcatWebServer server = (TomcatWebServer) ((WebServerApplicationContext) worker).getWebServer();
        return ((AbstractProtocol<?>) server.getTomcat().getConnector().getProtocolHandler()).getConnectionCount();
    }

    @Test
    void whatElseIsAskedForIsOnAPortOfTheLoopbackAddressAndReadOnly() throws Exception {
        try (ConfigurableApplicationContext worker = worker(
                "--management.server.port=0",
                "--management.server.address=127.0.0.1",
                "--management.endpoints.web.exposure.include=health,metrics,loggers")) {
            String port = property(worker, "local.management.port");
            assertThat(get(port, "metrics")).isEqualTo(200);
            assertThat(get(port, "loggers/ROOT")).isEqualTo(200);
            assertThat(send(port, "loggers/ROOT", "{\"configuredLevel\": \"TRACE\"}"))
                    .isEqualTo(405);
            for (String internal : INTERNALS) {
                assertThat(get(property(worker, "local.server.port"), internal))
                        .as(internal)
                        .isEqualTo(404);
            }
        }
    }

    private static ConfigurableApplicationContext worker(String... more) {
        Script nothing = execution -> {
            throw new IllegalStateException("there is no work");
        };
        List<String> arguments = new ArrayList<>(List.of(
                "--spring.datasource.url=" + service.postgres.jdbcUrl("connections"),
                "--spring.datasource.username=connections",
                "--spring.datasource.password=secret",
                "--spring.kafka.bootstrap-servers=" + service.kafka.bootstrapServers()));
        arguments.addAll(List.of(more));
        return new SpringApplicationBuilder(ScriptedWorker.class)
                .initializers(context -> context.getBeanFactory().registerSingleton("script", nothing))
                .properties("spring.config.name=task-worker")
                .run(arguments.toArray(String[]::new));
    }

    private static String property(ConfigurableApplicationContext worker, String name) {
        return worker.getEnvironment().getRequiredProperty(name);
    }

    private static int get(String port, String endpoint) throws Exception {
        return send(HttpRequest.newBuilder(uri(port, endpoint)).build());
    }

    private static int send(String port, String endpoint, String body) throws Exception {
        return send(HttpRequest.newBuilder(uri(port, endpoint))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private static URI uri(String port, String endpoint) {
        return URI.create("http://127.0.0.1:" + port + "/actuator/" + endpoint);
    }

    private static int send(HttpRequest request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
