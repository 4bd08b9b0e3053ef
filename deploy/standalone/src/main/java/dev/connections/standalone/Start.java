package dev.connections.standalone;

import dev.connections.connection.SecretSealer;
import dev.connections.embedded.FreePort;
import dev.connections.embedded.Mariadb;
import dev.connections.json.Json;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The steps of a start, in their order. */
record Start(Options options, DataFolder folder, Parts parts, PrintStream out) {
    void run() throws Exception {
        requireFreePort(options);
        requireMariadb(options);
        Servers servers = Servers.start(folder, options.demos(), parts);
        TokenIssuer issuer = TokenIssuer.in(folder);
        JoinSettings settings = settings(servers, issuer);
        String api = startApplications(new Applications(settings, parts));
        List<DemoSource> demos = servers.awaitDemos();
        Endpoints endpoints = new Endpoints(
                api, issuer.mint(), servers.kafka().bootstrapServers(), servers.jdbcUrl(), addresses(demos));
        folder.writePrivate("worker.env", settings.shellVariables());
        folder.writePrivate("endpoints.json", endpoints.json());
        printReady(api);
        if (!demos.isEmpty()) {
            ApiClient client = new ApiClient(api, endpoints.token());
            List<DemoConnection> connections =
                    demos.stream().map(demo -> new DemoConnection(client, demo)).toList();
            DemoReport report = new DemoReport(connections, folder, options.workers() > 0, out);
            parts.start(Parts.Stage.DEMO_REPORT, report::inBackground);
        }
    }

    /** The demo sources by the keys of their connections. */
    private static SequencedMap<String, String> addresses(List<DemoSource> demos) {
        SequencedMap<String, String> addresses = new LinkedHashMap<>();
        demos.forEach(demo -> addresses.put(demo.key(), demo.jdbcUrl()));
        return addresses;
    }

    private static void requireMariadb(Options options) {
        if (options.demos().contains(Demo.SHOP) && !Mariadb.isInstalled()) {
            throw new StartException("--with mariadb needs MariaDB on this machine; install it (Debian: apt-get install"
                    + " mariadb-server-core mariadb-client-core), or start without the option");
        }
    }

    private void printReady(String api) {
        out.println("ready: " + api);
        out.println("  addresses and a token: " + folder.path("endpoints.json"));
        out.println("  log:                   " + folder.path("standalone.log"));
        out.flush();
    }

    /** Starts the API and the workers concurrently, as both spend most of their start waiting for disk and network. */
    private String startApplications(Applications applications) throws Exception {
        ExecutorService starters = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("start-application-", 1).daemon().factory());
        try {
            Future<String> api = starters.submit(() -> applications.startApi(options.port()));
            List<Future<@Nullable Void>> workers = new ArrayList<>();
            for (int number = 1; number <= options.workers(); number++) {
                int worker = number;
                workers.add(starters.submit(() -> {
                    applications.startWorker(worker);
                    return null;
                }));
            }
            for (Future<@Nullable Void> worker : workers) {
                worker.get();
            }
            return api.get();
        } finally {
            starters.shutdown();
        }
    }

    private JoinSettings settings(Servers servers, TokenIssuer issuer) {
        SequencedMap<String, String> properties = new LinkedHashMap<>();
        properties.put("spring.datasource.url", servers.postgres().jdbcUrl(Servers.DATABASE));
        properties.put("spring.datasource.username", Servers.USER);
        properties.put("spring.datasource.password", servers.postgresPassword());
        properties.put("spring.kafka.bootstrap-servers", servers.kafka().bootstrapServers());
        properties.put("connections.secrets.keyset", folder.secret("keyset", Start::newKeyset));
        properties.put("connections.worker.network.allow-private", "true");
        properties.put(
                "spring.security.oauth2.resourceserver.jwt.public-key-location",
                issuer.publicKey().toUri().toString());
        return new JoinSettings(properties);
    }

    /** On one line, so that worker.env has one variable per line. */
    private static String newKeyset() {
        return Json.write(Json.tree(SecretSealer.newKeyset()));
    }

    /** Fails at once if the port is taken; the API would fail only after everything else has started. */
    static void requireFreePort(Options options) {
        if (!FreePort.is(options.port())) {
            throw new StartException("port " + options.port()
                    + " is taken; choose another with --port N, or use --port 0 for a free one");
        }
    }
}
