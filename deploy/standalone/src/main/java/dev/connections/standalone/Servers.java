package dev.connections.standalone;

import dev.connections.embedded.KafkaBroker;
import dev.connections.embedded.Mariadb;
import dev.connections.embedded.PostgresServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The servers that this service needs: its own PostgreSQL and Kafka; and the demo sources. */
record Servers(PostgresServer postgres, String postgresPassword, KafkaBroker kafka, List<Future<DemoSource>> demos) {
    static final String DATABASE = "connections";
    static final String USER = "connections";

    /** The embedded server turns these off by default, and a crash would then lose accepted tasks. */
    private static final Map<String, String> DURABLE = Map.of("fsync", "on", "synchronous_commit", "on");

    /** Starts all of them concurrently; returns when this service's own servers are up. */
    static Servers start(DataFolder folder, Set<Demo> demos, Parts parts) throws Exception {
        // Not closed: closing would wait for the demo, which is needed only after the API is up.
        ExecutorService starters = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("start-server-", 1).daemon().factory());
        try {
            String password = folder.secret("postgres-password", Passwords::generate);
            Future<PostgresServer> postgres = starters.submit(() -> postgres(folder, password, parts));
            Future<KafkaBroker> kafka = starters.submit(() -> parts.start(
                    Parts.Stage.KAFKA,
                    () -> KafkaBroker.start(folder.path("kafka"), folder.port("kafka"), Map.of(), Map.of())));
            List<Future<DemoSource>> wanted = demos.stream()
                    .sorted()
                    .map(demo -> starters.submit(() -> demo(demo, folder, parts)))
                    .toList();
            return new Servers(get(postgres), password, get(kafka), wanted);
        } finally {
            starters.shutdown();
        }
    }

    /** With user and password, for endpoints.json. */
    String jdbcUrl() {
        return postgres.jdbcUrl(DATABASE) + "?user=" + USER + "&password=" + postgresPassword;
    }

    @Override
    public String toString() {
        return "Servers[postgres=" + postgres.port() + ", kafka=" + kafka.bootstrapServers() + "]";
    }

    private static PostgresServer postgres(DataFolder folder, String password, Parts parts) throws Exception {
        return parts.start(Parts.Stage.POSTGRES, () -> server(folder, "postgres", DURABLE))
                .createDatabase(DATABASE, USER, password);
    }

    private static DemoSource demo(Demo demo, DataFolder folder, Parts parts) throws Exception {
        return switch (demo) {
            case WAREHOUSE -> warehouse(folder, parts);
            case SHOP -> shop(folder, parts);
        };
    }

    private static DemoShop shop(DataFolder folder, Parts parts) throws Exception {
        String password = folder.secret("demo-mariadb-password", Passwords::generate);
        return parts.start(
                        Parts.Stage.POSTGRES,
                        () -> new DemoShop(
                                Mariadb.startProtected(
                                        folder.path("demo-mariadb"),
                                        () -> folder.port("demo-mariadb"),
                                        folder.secret("demo-mariadb-superuser-password", Passwords::generate)),
                                password))
                .load();
    }

    private static DemoWarehouse warehouse(DataFolder folder, Parts parts) throws Exception {
        String password = folder.secret("demo-password", Passwords::generate);
        return parts.start(
                        Parts.Stage.POSTGRES,
                        () -> new DemoWarehouse(server(folder, "demo-postgres", Map.of()), password))
                .load();
    }

    /** A superuser reads the files of this process's user, the keyset among them; of either server it has a password. */
    private static PostgresServer server(DataFolder folder, String name, Map<String, String> settings) {
        return PostgresServer.startProtected(
                folder.path(name),
                () -> folder.port(name),
                settings,
                folder.secret(name + "-superuser-password", Passwords::generate));
    }

    /** The demo sources with their tables, in the order of their kinds. */
    List<DemoSource> awaitDemos() throws Exception {
        List<DemoSource> ready = new ArrayList<>();
        for (Future<DemoSource> demo : demos) {
            ready.add(get(demo));
        }
        return ready;
    }

    private static <T> T get(Future<T> part) throws Exception {
        try {
            return part.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
