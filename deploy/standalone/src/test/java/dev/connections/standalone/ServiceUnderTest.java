package dev.connections.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.connections.connection.SecretSealer;
import dev.connections.embedded.FreePort;
import dev.connections.embedded.KafkaBroker;
import dev.connections.embedded.PostgresServer;
import dev.connections.json.Json;
import dev.connections.lab.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** This whole service with a source to connect to; a test starts, stops and kills its parts. */
final class ServiceUnderTest implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);
    /** Long enough for a cold JVM with the whole class path on two busy cores. */
    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    static final String SOURCE_PASSWORD = "hunter2-is-nowhere-to-be-found";

    final Parts parts = new Parts();
    final PostgresServer source;
    final Servers servers;
    final JoinSettings settings;
    final String token;
    private final List<Process> processes = new ArrayList<>();

    ServiceUnderTest(Path root) throws Exception {
        DataFolder folder = parts.start(Parts.Stage.DATA_FOLDER, () -> DataFolder.hold(root));
        servers = Servers.start(folder, Set.of(), parts);
        source = parts.start(Parts.Stage.POSTGRES, PostgresServer::startTemporary);
        source.createDatabase("shop", "reader", SOURCE_PASSWORD);
        TokenIssuer tokens = TokenIssuer.in(folder);
        token = tokens.mint();
        SequencedMap<String, String> properties = new LinkedHashMap<>();
        properties.put("spring.datasource.url", servers.postgres().jdbcUrl(Servers.DATABASE));
        properties.put("spring.datasource.username", Servers.USER);
        properties.put("spring.datasource.password", servers.postgresPassword());
        properties.put("spring.kafka.bootstrap-servers", servers.kafka().bootstrapServers());
        properties.put("connections.secrets.keyset", SecretSealer.newKeyset());
        properties.put("connections.worker.network.allow-private", "true");
        properties.put(
                "spring.security.oauth2.resourceserver.jwt.public-key-location",
                tokens.publicKey().toUri().toString());
        settings = new JoinSettings(properties);
    }

    KafkaBroker kafka() {
        return servers.kafka();
    }

    /** Starts an API in this process. */
    ApiClient startApi() throws Exception {
        return new ApiClient(new Applications(settings, parts).startApi(0), token);
    }

    /** Starts a worker in this process, as standalone-NUMBER. */
    void startWorker(int number) throws Exception {
        new Applications(settings, parts).startWorker(number);
    }

    /** Starts an API as a process of its own and waits until it serves. */
    ApiProcess startApiProcess() throws IOException {
        int port = FreePort.find();
        List<String> main = new ArrayList<>(List.of("dev.connections.api.ApiService"));
        main.addAll(List.of(settings.arguments(Map.of("server.port", Integer.toString(port)))));
        // Surefire communicates over this process's standard output, so the child must not inherit it.
        Path log = Path.of("target", "api-" + port + ".log");
        Process process = new ChildJvm(List.of(), System.getProperty("java.class.path"), main, Map.of(), log).start();
        processes.add(process);
        String api = "http://127.0.0.1:" + port;
        await().atMost(START_LIMIT).ignoreExceptions().until(() -> isUp(api));
        return new ApiProcess(process, new ApiClient(api, token));
    }

    /** An API in a process of its own. */
    record ApiProcess(Process process, ApiClient client) {}

    /** Creates a connection to the source without crawling it. */
    void connect(ApiClient api, String key) throws Exception {
        connect(api, key, source.port(), SOURCE_PASSWORD);
    }

    void connect(ApiClient api, String key, int port, String password) throws Exception {
        Map<String, Object> credential =
                Map.of("authenticationType", "UsernamePassword", "username", "reader", "password", password);
        api.send(
                        "POST",
                        "/api/connections",
                        Map.of(
                                "connectionKey",
                                key,
                                "technology",
                                "PostgreSQL",
                                "clientConfiguration",
                                Map.of("host", "127.0.0.1", "port", port, "database", "shop", "credential", credential),
                                "options",
                                Map.of("crawlOnCreate", false)))
                .expect(201);
    }

    /** Creates a task and returns its id. */
    static String create(ApiClient api, String key, String type) throws Exception {
        return api.send("POST", tasks(key), Map.of("type", type))
                .expect(201)
                .get("id")
                .stringValue();
    }

    static String tasks(String key) {
        return "/api/connections/" + key + "/tasks";
    }

    static String status(ApiClient api, String key, String task) throws Exception {
        return api.get(tasks(key) + "/" + task).expect(200).get("status").stringValue();
    }

    static void awaitStatus(ApiClient api, String key, String task, String status) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(status(api, key, task)).isEqualTo(status));
    }

    static JsonNode onlyRun(ApiClient api, String key, String task) throws Exception {
        JsonNode runs = api.get(tasks(key) + "/" + task + "/runs").expect(200).get("data");
        assertThat(runs).hasSize(1);
        return runs.get(0);
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        parts.stop();
    }

    private static boolean isUp(String api) throws IOException, InterruptedException {
        HttpResponse<String> health = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(api + "/actuator/health"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return health.statusCode() == 200
                && Json.tree(health.body()).get("status").stringValue().equals("UP");
    }
}
