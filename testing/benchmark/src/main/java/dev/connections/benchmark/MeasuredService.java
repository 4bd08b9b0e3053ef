package dev.connections.benchmark;

import dev.connections.connection.SecretSealer;
import dev.connections.lab.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The parts of this service as processes on this machine, in a temporary folder; closing ends and removes them all. */
final class MeasuredService implements AutoCloseable {
    private static final String DATABASE = "connections";
    private static final String BOOTSTRAP_SERVERS = "SPRING_KAFKA_BOOTSTRAPSERVERS";
    private static final Duration TOKEN_VALIDITY = Duration.ofHours(12);

    private final Path folder;
    private final String keyset = SecretSealer.newKeyset();
    private final Tokens tokens = new Tokens();
    private final List<Part> parts = new ArrayList<>();
    private final Thread hook = new Thread(this::end);
    private final Map<String, String> environment = new HashMap<>();
    private int postgresPort;

    MeasuredService() throws IOException {
        this.folder = Files.createTempDirectory("connections-benchmark-");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts PostgreSQL, with this service's database, and Kafka. */
    void startServers() throws IOException, InterruptedException {
        startServers(Map.of());
    }

    /** Starts them with more in PostgreSQL's environment. */
    void startServers(Map<String, String> ofPostgres) throws IOException, InterruptedException {
        Part postgres = begin(Role.POSTGRES, ofPostgres, List.of());
        Part kafka = begin(Role.KAFKA, Map.of(), List.of());
        postgresPort = Integer.parseInt(postgres.awaitReady());
        String password = UUID.randomUUID().toString();
        JdbcClient superuser = JdbcClient.create(source("postgres"));
        superuser
                .sql("create role connections login password '" + password + "'")
                .update();
        superuser.sql("create database connections owner connections").update();
        environment.put("SPRING_DATASOURCE_URL", url(postgresPort, DATABASE));
        environment.put("SPRING_DATASOURCE_USERNAME", "connections");
        environment.put("SPRING_DATASOURCE_PASSWORD", password);
        environment.put(BOOTSTRAP_SERVERS, kafka.awaitReady());
        environment.put("CONNECTIONS_SECRETS_KEYSET", keyset);
        environment.put(
                "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_PUBLICKEYLOCATION",
                "file:" + Files.writeString(folder.resolve("public-key.pem"), tokens.publicKey()));
    }

    /** Starts another part and returns what it prints when it is ready. */
    String start(Role role, Map<String, String> more, List<String> flags) throws IOException, InterruptedException {
        return begin(role, more, flags).awaitReady();
    }

    String databaseName() {
        return DATABASE;
    }

    /** This service's database, as superuser. */
    JdbcClient database() {
        return JdbcClient.create(source(DATABASE));
    }

    /** A database of this service's server, as superuser. */
    PGSimpleDataSource source(String database) {
        return source(postgresPort, database);
    }

    /** A database of the server at the port, as superuser. */
    static PGSimpleDataSource source(int port, String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url(port, database));
        source.setUser("postgres");
        return source;
    }

    /** Where this service's broker listens. */
    String bootstrapServers() {
        return Objects.requireNonNull(environment.get(BOOTSTRAP_SERVERS));
    }

    /** The port of this service's PostgreSQL. */
    int postgresPort() {
        return postgresPort;
    }

    /** A file that goes with the service. */
    Path file(String name) {
        return folder.resolve(name);
    }

    SecretSealer sealer() {
        return new SecretSealer(keyset);
    }

    /** A token with the scopes to create and read tasks. */
    String token() {
        return tokens.mint("benchmark", TOKEN_VALIDITY, "connections:read", "connections:operate");
    }

    /** What every part has used so far, by name; this program itself is the last. */
    SequencedMap<String, Usage> usage() {
        SequencedMap<String, Usage> usage = new LinkedHashMap<>();
        for (Part part : parts) {
            process(part).ifPresent(process -> usage.put(name(part.role()), Usage.of(process)));
        }
        // Not the parts, which are its children.
        usage.put("this program", Usage.ofOnly(ProcessHandle.current().pid()));
        return usage;
    }

    /** The first part of the role. */
    Part part(Role role) {
        return parts.stream().filter(part -> part.role() == role).findFirst().orElseThrow();
    }

    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private Part begin(Role role, Map<String, String> more, List<String> flags) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.putAll(more);
        Part part = Part.start(role, folder.resolve(name(role) + "-" + parts.size()), variables, flags);
        parts.add(part);
        return part;
    }

    private static Optional<ProcessHandle> process(Part part) {
        return part.role() == Role.POSTGRES
                ? Usage.postmaster(part.folder().resolve("data"))
                : ProcessHandle.of(part.pid());
    }

    private static String name(Role role) {
        return role.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String url(int port, String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** The last started end first; the servers they use come after them. */
    private synchronized void end() {
        List.copyOf(parts).reversed().forEach(Part::close);
        parts.clear();
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path path : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("cannot remove " + folder + ": " + e);
        }
    }
}
