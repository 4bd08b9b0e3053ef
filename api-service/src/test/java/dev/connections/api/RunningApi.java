package dev.connections.api;

import dev.connections.connection.SecretSealer;
import dev.connections.embedded.PostgresServer;
import dev.connections.lab.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The service over HTTP on a free port, with a PostgreSQL of its own; started once for all tests of the JVM. */
public final class RunningApi {
    private static @Nullable RunningApi started;

    private final PostgresServer postgres = PostgresServer.startTemporary();
    private final Tokens tokens = new Tokens();
    private final String keyset = SecretSealer.newKeyset();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ConfigurableApplicationContext context;
    private final String everything =
            tokens.mint("alice", "connections:read", "connections:operate", "connections:manage");

    private RunningApi() {
        postgres.createDatabase("connections", "api", "api");
        this.context = startAnother(
                "--connections.secrets.keyset=" + keyset,
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:" + tokens.publicKeyFile());
        Runtime.getRuntime().addShutdownHook(new Thread(postgres::close, "stop-postgres"));
    }

    /** Starts the service once more on the same database, with nothing of its own but these arguments. */
    public final ConfigurableApplicationContext startAnother(String... arguments) {
        return startAnother(event -> {}, arguments);
    }

    /** Like {@link #startAnother(String...)}, with somebody who is there when its port has just been opened. */
    final ConfigurableApplicationContext startAnother(
            ApplicationListener<ServletWebServerInitializedEvent> whenOpen, String... arguments) {
        List<String> all = new ArrayList<>(List.of(
                "--server.port=0",
                "--spring.datasource.url=" + postgres.jdbcUrl("connections"),
                "--spring.datasource.username=api",
                "--spring.datasource.password=api",
                "--spring.kafka.bootstrap-servers=127.0.0.1:9",
                // Also how soon a server notices that the client of a stream has gone.
                "--connections.stream.heartbeat=2s",
                "--logging.level.org.apache.kafka=off"));
        all.addAll(List.of(arguments));
        return ApiService.application().listeners(whenOpen).run(all.toArray(String[]::new));
    }

    /** The one instance, started at the first call. */
    public static synchronized RunningApi get() {
        RunningApi api = started;
        if (api == null) {
            api = new RunningApi();
            started = api;
        }
        return api;
    }

    /** A connection key that no other test uses. */
    public static String newKey() {
        return "c-" + UUID.randomUUID();
    }

    /** A new ACTIVE PostgreSQL connection without tasks; returns its path. */
    public String newConnection() {
        String key = newKey();
        post("/api/connections", Requests.postgres(key)).is(201);
        return "/api/connections/" + key;
    }

    /** Sets the state of a connection past the API. */
    public void setState(String path, String state) {
        database()
                .sql("update connection set state = :state, version = version + 1 where connection_key = :key")
                .param("state", state)
                .param("key", path.substring("/api/connections/".length()))
                .update();
    }

    /** A bean of the service. */
    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    /** A bean of the service by its name. */
    public <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    /** The database, past the API. */
    public JdbcClient database() {
        return bean(JdbcClient.class);
    }

    /** A session of its own in the API's database. */
    public Connection session() throws SQLException {
        return postgres.connect("connections");
    }

    public PostgresServer postgres() {
        return postgres;
    }

    /** A token of alice, who may do everything. */
    public String everything() {
        return everything;
    }

    public Tokens tokens() {
        return tokens;
    }

    public String keyset() {
        return keyset;
    }

    public int port() {
        return port(context);
    }

    /** The port of a service that was started. */
    public static int port(ConfigurableApplicationContext service) {
        return Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port"));
    }

    /** Calls as alice, who may do everything. */
    public Answer get(String path) {
        return send(request("GET", path, null));
    }

    public Answer post(String path, @Nullable String json) {
        return send(request("POST", path, json));
    }

    public Answer patch(String path, String json) {
        return send(request("PATCH", path, json));
    }

    public Answer delete(String path) {
        return send(request("DELETE", path, null));
    }

    /** A request of alice, who may do everything. */
    public HttpRequest.Builder request(String method, String path, @Nullable String json) {
        return request(everything, method, path, json);
    }

    /** A request with the token. */
    public HttpRequest.Builder request(String token, String method, String path, @Nullable String json) {
        HttpRequest.Builder request = anonymous(method, path, json).header("Authorization", "Bearer " + token);
        return json == null ? request : request.header("Content-Type", "application/json");
    }

    /** A request without a token and a content type. */
    public HttpRequest.Builder anonymous(String method, String path, @Nullable String json) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .method(
                        method,
                        json == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(json));
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            HttpRequest built = request.build();
            HttpResponse<String> response = client.send(built, HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    built.method(), built.uri().getPath(), response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
