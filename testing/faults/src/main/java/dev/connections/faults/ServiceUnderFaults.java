package dev.connections.faults;

import dev.connections.connection.SecretSealer;
import dev.connections.embedded.FreePort;
import dev.connections.embedded.PostgresServer;
import dev.connections.lab.Tokens;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** This service as it is in production: each API, each worker and the broker a process of its own. */
final class ServiceUnderFaults implements AutoCloseable {
    static final String DATABASE = "connections";
    /** Shorter than by default, so that a minute holds many that run out. */
    static final Duration LEASE = Duration.ofSeconds(6);

    private static final String USER = "connections";
    private static final String PASSWORD = "connections-password";
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    /** What the library behind the embedded server turns off, and a crash would lose what was accepted. */
    private static final Map<String, String> DURABLE = Map.of("fsync", "on", "synchronous_commit", "on");

    final List<Member> apis = new ArrayList<>();
    final List<Member> workers = new ArrayList<>();
    final PostgresServer postgres;
    final String token;
    private final Path folder;
    private final int kafkaPort = FreePort.find();
    private final List<String> kafkaListeners = new ArrayList<>();
    private @Nullable Child kafka;
    private final Thread hook = new Thread(this::endProcesses);

    /**
     * Starts everything and waits until all are in good health.
     *
     * @param folder takes data and logs
     */
    ServiceUnderFaults(Path folder, int apiCount, int workerCount) throws Exception {
        this(folder, apiCount, workerCount, "192m");
    }

    /** With processes of another largest heap, as -Xmx takes it. */
    ServiceUnderFaults(Path folder, int apiCount, int workerCount, String heap) throws Exception {
        this.folder = Files.createDirectories(folder);
        Runtime.getRuntime().addShutdownHook(hook);
        this.postgres = PostgresServer.start(folder.resolve("postgres"), FreePort.find(), DURABLE)
                .createDatabase(DATABASE, USER, PASSWORD);
        Tokens tokens = new Tokens();
        this.token = tokens.mint(
                "faults", Duration.ofDays(1), "connections:read", "connections:operate", "connections:manage");
        Member.Settings settings = new Member.Settings(heap, environment(tokens));
        for (int i = 1; i <= apiCount; i++) {
            apis.add(member("api-" + i, Member.Role.API, settings));
        }
        for (int i = 1; i <= workerCount; i++) {
            workers.add(member("worker-" + i, Member.Role.WORKER, settings));
        }
        startKafka();
        // One after the other would take long, all at once too: the first one makes the schema.
        apis.getFirst().start();
        await("the first API", () -> apis.getFirst().isReady());
        members().forEach(Member::start);
        awaitReady();
    }

    private Map<String, String> environment(Tokens tokens) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("SPRING_DATASOURCE_USERNAME", USER);
        environment.put("SPRING_DATASOURCE_PASSWORD", PASSWORD);
        environment.put("CONNECTIONS_SECRETS_KEYSET", SecretSealer.newKeyset());
        environment.put(
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLICKEYLOCATION",
                Files.writeString(folder.resolve("public-key.pem"), tokens.publicKey())
                        .toUri()
                        .toString());
        // For what processes leave behind.
        environment.put("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + Files.createDirectories(temporary()));
        environment.put("CONNECTIONS_WORKER_NETWORK_ALLOWPRIVATE", "true");
        environment.put("CONNECTIONS_WORKER_LEASE", LEASE.toSeconds() + "s");
        environment.put("CONNECTIONS_WORKER_HEARTBEAT", "2s");
        environment.put("CONNECTIONS_WORKER_RETRYBACKOFF", "2s");
        return environment;
    }

    private Member member(String name, Member.Role role, Member.Settings settings) {
        int listener = FreePort.find();
        TcpProxy beforeKafka = new TcpProxy(listener, Duration.ZERO);
        kafkaListeners.add(listener + ":" + beforeKafka.port());
        return new Member(
                name,
                role,
                new TcpProxy(postgres.port(), Duration.ZERO),
                beforeKafka,
                folder.resolve(name + ".log"),
                settings);
    }

    /** Where its processes put temporary files. */
    Path temporary() {
        return folder.resolve("tmp");
    }

    /** The APIs and the workers. */
    Stream<Member> members() {
        return Stream.concat(apis.stream(), workers.stream());
    }

    /** Starts the broker where it is down, on the same port and log. */
    synchronized void startKafka() throws InterruptedException {
        if (kafka != null && kafka.isAlive()) {
            return;
        }
        List<String> command = new ArrayList<>(
                List.of(KafkaMain.class.getName(), folder.resolve("kafka").toString(), Integer.toString(kafkaPort)));
        command.addAll(kafkaListeners);
        kafka = Child.start(
                List.of("-Xmx256m"),
                System.getProperty("java.class.path"),
                command,
                Map.of(),
                folder.resolve("kafka.log"));
        await("Kafka", this::isKafkaUp);
    }

    /** The broker's process. */
    synchronized Child kafka() {
        if (kafka == null) {
            throw new IllegalStateException("the broker was not started");
        }
        return kafka;
    }

    /** Where those find Kafka who are not behind a proxy. */
    String kafkaServers() {
        return "127.0.0.1:" + kafkaPort;
    }

    /** Opens every proxy, continues and starts every process, and waits until all are in good health. */
    void heal() throws InterruptedException {
        startKafka();
        for (Member member : members().toList()) {
            member.postgres.become(TcpProxy.State.OPEN);
            member.kafka.become(TcpProxy.State.OPEN);
            member.child().resume();
            member.start();
        }
        awaitReady();
    }

    /** The runs that the worker of that id executes; none where the database is away. */
    Set<UUID> runsOf(String workerId) {
        Set<UUID> runs = new HashSet<>();
        try (Connection connection = postgres.connect(DATABASE);
                PreparedStatement statement = connection.prepareStatement("""
                        select array(select id from task_run where worker_id = ? and status = 'RUNNING'
                                      and not waits_for_children and cancel_requested_at is null)""")) {
            statement.setString(1, workerId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                Array ids = row.getArray(1);
                runs.addAll(List.of((UUID[]) ids.getArray()));
            }
        } catch (SQLException e) {
            // Nobody knows then; the figures do without.
        }
        return runs;
    }

    /** A worker that merges what a crawl has found, as its heartbeat says. */
    Optional<Member> inMerge() throws SQLException {
        try (Connection connection = postgres.connect(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("""
                        select worker_id from task_run where status = 'RUNNING' and progress ->> 'phase' = 'MERGING' limit 1
                        """)) {
            String id = row.next() ? row.getString(1) : "";
            return workers.stream()
                    .filter(worker -> worker.workerId().equals(id))
                    .findAny();
        }
    }

    /** How many events wait to be published. */
    long unpublished() throws SQLException {
        return count("select (select count(*) from status_outbox) + (select count(*) from change_outbox)");
    }

    /** How many sessions of workers have a transaction open in which nothing happens. */
    long idleInTransaction() throws SQLException {
        return count("""
                select count(*) from pg_stat_activity
                 where application_name = 'connections task-worker' and state = 'idle in transaction'
                   and clock_timestamp() - state_change > interval '1 second'
                """);
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = postgres.connect(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() {
        endProcesses();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private synchronized void endProcesses() {
        members().forEach(Member::close);
        if (kafka != null) {
            kafka.close();
        }
        postgres.stop();
    }

    private void awaitReady() throws InterruptedException {
        for (Member member : members().toList()) {
            await(member.name, member::isReady);
        }
    }

    private boolean isKafkaUp() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), kafkaPort)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + START_LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException(what + " is not there after " + START_LIMIT);
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }
}
