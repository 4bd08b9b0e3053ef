package dev.connections.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ConfigurableApplicationContext;

class StartAndStopTest {
    private final RunningApi api = RunningApi.get();

    @Test
    void withoutAKeysetTheServiceDoesNotStartAndSaysWhatToDo() {
        for (String argument : new String[] {"--connections.api.unused=1", "--connections.secrets.keyset= "}) {
            assertThatThrownBy(() -> api.startAnother(argument))
                    .rootCause()
                    .hasMessageContaining("CONNECTIONS_SECRETS_KEYSET")
                    .hasMessageContaining("tinkey create-keyset");
        }
    }

    @Test
    void thePortOpensOnceThePoolHasItsConnections() {
        AtomicInteger there = new AtomicInteger();
        try (ConfigurableApplicationContext service =
                api.startAnother(event -> there.set(connections(event)), settings())) {
            assertThat(service.isRunning()).isTrue();
            assertThat(there).hasValue(20);
        }
    }

    /** How many connections the pool has while the port is being opened. */
    private static int connections(ServletWebServerInitializedEvent event) {
        try {
            return event.getApplicationContext()
                    .getBean(DataSource.class)
                    .unwrap(HikariDataSource.class)
                    .getHikariPoolMXBean()
                    .getTotalConnections();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aRequestInFlightIsAnsweredBeforeTheServiceStops() throws Exception {
        String path = api.newConnection();
        ConfigurableApplicationContext service = another();
        int port = RunningApi.port(service);
        CompletableFuture<HttpResponse<String>> answer;
        CompletableFuture<Void> stopped;
        try (HttpClient client = HttpClient.newHttpClient();
                Connection lock = DriverManager.getConnection(api.postgres().jdbcUrl("connections"), "api", "api")) {
            holdRow(lock, path);
            answer = client.sendAsync(patch(port, path), HttpResponse.BodyHandlers.ofString());
            await().until(this::somebodyWaits);
            stopped = CompletableFuture.runAsync(service::close);
            await().atMost(Duration.ofSeconds(20)).until(() -> isClosed(port));
            assertThat(answer).isNotDone();
            lock.rollback();
            assertThat(answer).succeedsWithin(Duration.ofSeconds(20));
        }
        assertThat(answer.join().statusCode()).isEqualTo(200);
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
        assertThat(api.get(path).at("/clientConfiguration/host")).isEqualTo("late.example.com");
    }

    @Test
    void whoKeepsAConnectionWhenTheServiceStopsIsAnsweredOnceMoreOnIt() throws Exception {
        ConfigurableApplicationContext service = another();
        int port = RunningApi.port(service);
        try (Socket kept = new Socket(InetAddress.getLoopbackAddress(), port)) {
            kept.setSoTimeout(20_000);
            assertThat(ask(kept)).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(service::close);
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> isClosed(port));

            assertThat(ask(kept)).startsWith("HTTP/1.1 200").contains("Connection: close");

            assertThat(kept.getInputStream().read()).isEqualTo(-1);
            assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    /** One request, and all of its answer but what may come in further packets. */
    private static String ask(Socket kept) throws IOException {
        kept.getOutputStream()
                .write("GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        StringBuilder answer = new StringBuilder();
        // The last chunk of the body.
        while (answer.indexOf("\r\n0\r\n\r\n") < 0) {
            int next = kept.getInputStream().read();
            if (next < 0) {
                throw new EOFException("the connection ended after: " + answer);
            }
            answer.append((char) next);
        }
        return answer.toString();
    }

    private ConfigurableApplicationContext another() {
        return api.startAnother(settings());
    }

    private String[] settings() {
        return new String[] {
            "--connections.secrets.keyset=" + api.keyset(),
            "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:"
                    + api.tokens().publicKeyFile()
        };
    }

    private HttpRequest patch(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + api.everything())
                .header("Content-Type", "application/json")
                .method(
                        "PATCH",
                        HttpRequest.BodyPublishers.ofString(
                                "{\"clientConfiguration\": {\"host\": \"late.example.com\", \"credential\": {\"password\": \"p\"}}}"))
                .build();
    }

    private static void holdRow(Connection lock, String path) throws SQLException {
        lock.setAutoCommit(false);
        try (PreparedStatement statement =
                lock.prepareStatement("select from connection where connection_key = ? for update")) {
            statement.setString(1, path.substring("/api/connections/".length()));
            assertThat(statement.execute()).isTrue();
        }
    }

    private boolean somebodyWaits() {
        return api.database()
                .sql("select exists (select from pg_locks where not granted)")
                .query(Boolean.class)
                .single();
    }

    private static boolean isClosed(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }
}
