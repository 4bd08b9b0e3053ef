package dev.connections.embedded;

import dev.connections.lab.Signals;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server process on the loopback address, with its data in one folder.
 *
 * <p>For what needs a server that stops or crashes and comes back on its port and data, or that reads files of this
 * machine. What only needs a server takes {@link Postgres#startTemporary()}, which may be one in a container.
 */
public final class PostgresServer implements Postgres {
    private static final Logger log = LoggerFactory.getLogger(PostgresServer.class);
    private static final String HBA = """
            local all all trust
            host all postgres 127.0.0.1/32 trust
            host all postgres ::1/128 trust
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            """;

    /** No socket that another user of the machine could open, and no login without a password. */
    private static final String PROTECTED_HBA = """
            host all all 127.0.0.1/32 scram-sha-256
            host all all ::1/128 scram-sha-256
            """;

    private final Path data;
    private final boolean keep;
    private final int port;
    private final Map<String, String> settings;
    private final @Nullable String superuserPassword;
    private @Nullable EmbeddedPostgres running;

    private PostgresServer(
            Path data, boolean keep, int port, Map<String, String> settings, @Nullable String superuserPassword) {
        this.data = data;
        this.keep = keep;
        this.port = port;
        this.settings = Map.copyOf(settings);
        this.superuserPassword = superuserPassword;
        Folders.fill(data, this::start);
    }

    /** Starts a server on a free port, in a folder that is removed when it is closed. */
    public static PostgresServer startTemporary() {
        return startTemporary(Map.of());
    }

    /** Like {@link #startTemporary()}, with server settings (the names of postgresql.conf). */
    public static PostgresServer startTemporary(Map<String, String> settings) {
        try {
            return new PostgresServer(Files.createTempDirectory("postgres-"), false, FreePort.find(), settings, null);
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder for PostgreSQL", e);
        }
    }

    /** Starts a server on a free port in the folder, which is made by initdb when it is empty and kept afterwards. */
    public static PostgresServer start(Path data, Map<String, String> settings) {
        return start(data, FreePort.find(), settings);
    }

    /** Like {@link #start(Path, Map)}, on the given port. */
    public static PostgresServer start(Path data, int port, Map<String, String> settings) {
        return start(data, () -> port, settings);
    }

    /** Like {@link #start(Path, Map)}, on a port that is chosen when no earlier server on the folder holds one. */
    public static PostgresServer start(Path data, IntSupplier port, Map<String, String> settings) {
        stopLeftOver(data);
        return new PostgresServer(data, true, port.getAsInt(), settings, null);
    }

    /**
     * Like {@link #start(Path, IntSupplier, Map)}, where the superuser too needs a password, so that other users of this
     * machine do not get in. A folder whose superuser has none gets this one.
     *
     * @param superuserPassword letters and digits; the same at every start
     */
    public static PostgresServer startProtected(
            Path data, IntSupplier port, Map<String, String> settings, String superuserPassword) {
        stopLeftOver(data);
        if (admitsAnyone(data)) {
            log.info("giving the superuser of the PostgreSQL in {} a password", data);
            try (PostgresServer open = new PostgresServer(data, true, FreePort.find(), Map.of(), null)) {
                open.execute("postgres", "alter role postgres password '" + superuserPassword + "'");
            }
        }
        return new PostgresServer(data, true, port.getAsInt(), settings, superuserPassword);
    }

    /** Starts the server again after {@link #stop()}, on the same port and data. */
    public void start() {
        Path passwordFile = null;
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setLocaleConfig("locale", "C.UTF-8")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .setServerConfig("max_connections", "300")
                    .setDataDirectoryCustomizer(this::writeAccessRules)
                    .setPort(port);
            settings.forEach(builder::setServerConfig);
            if (superuserPassword != null) {
                passwordFile = Files.writeString(Files.createTempFile("postgres-", ".pw"), superuserPassword);
                // An option of initdb like the locale; only its user can read the file.
                builder.setLocaleConfig("pwfile", passwordFile.toString())
                        .setServerConfig("unix_socket_directories", "")
                        .setConnectConfig("password", superuserPassword);
            }
            running = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start in " + data, e);
        } finally {
            Folders.deleteIfMade(passwordFile);
        }
    }

    /** Stops the server as a crash of its host would look to clients: every connection ends at once. */
    public void stop() {
        EmbeddedPostgres server = running;
        if (server == null) {
            return;
        }
        running = null;
        Optional<ProcessHandle> process = serverProcess(data);
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not stop", e);
        }
        // It gives up waiting after 5 s, which is too little for the last checkpoint on a slow disk.
        process.filter(ProcessHandle::isAlive).ifPresent(PostgresServer::stopProcess);
    }

    /** Ends the server without a checkpoint, in the midst of whatever it does; its next start recovers from the log. */
    public void crash() {
        serverProcess(data).ifPresent(process -> {
            signal(process, "QUIT");
            stopProcess(process);
        });
        stop();
    }

    /** Stops every process of the server where it is: connections stay, new ones are taken, and nothing answers. */
    public void freeze() {
        signalAll("STOP");
    }

    /** Lets the server go on after {@link #freeze()}, with whatever it was sent meanwhile. */
    public void thaw() {
        signalAll("CONT");
    }

    @Override
    public Connection connect(String database) throws SQLException {
        String password = superuserPassword;
        return password == null
                ? Postgres.super.connect(database)
                : DriverManager.getConnection(jdbcUrl(database), "postgres", password);
    }

    @Override
    public PostgresServer createDatabase(String database, String user, String password) {
        Postgres.super.createDatabase(database, user, password);
        return this;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        stop();
        if (!keep) {
            Folders.delete(data);
        }
    }

    private void writeAccessRules(java.io.File folder) {
        try {
            Files.writeString(rulesIn(folder.toPath()), superuserPassword == null ? HBA : PROTECTED_HBA);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write pg_hba.conf in " + folder, e);
        }
    }

    /** Whether the folder is of a server that was not protected. A first start that was killed is none: it begins anew. */
    private static boolean admitsAnyone(Path data) {
        try {
            return !Folders.isUnfinished(data)
                    && Files.exists(rulesIn(data))
                    && Files.readString(rulesIn(data)).contains("trust");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + rulesIn(data), e);
        }
    }

    private static Path rulesIn(Path data) {
        return data.resolve("pg_hba.conf");
    }

    /** A killed parent leaves its PostgreSQL running on the folder. */
    private static void stopLeftOver(Path data) {
        serverProcess(data).ifPresent(process -> {
            log.info("stopping the PostgreSQL that an earlier process left behind, pid {}", process.pid());
            // A fast shutdown; SIGTERM would wait for clients such as a worker that was started by hand.
            signal(process, "INT");
            stopProcess(process);
        });
    }

    /** The server that runs on the folder; its process id is the first line of postmaster.pid. */
    private static Optional<ProcessHandle> serverProcess(Path data) {
        Path pidFile = data.resolve("postmaster.pid");
        try {
            long pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
            return ProcessHandle.of(pid)
                    .filter(process -> process.info().command().orElse("").endsWith("postgres"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | NumberFormatException | NoSuchElementException e) {
            throw new IllegalStateException("cannot read " + pidFile + "; stop that server and remove the file", e);
        }
    }

    /** The server itself first, so that it begins no more processes. */
    private void signalAll(String name) {
        ProcessHandle server = serverProcess(data).orElseThrow();
        signal(server, name);
        signal(server.descendants().toList(), name);
    }

    private static void signal(ProcessHandle process, String name) {
        signal(List.of(process), name);
    }

    private static void signal(List<ProcessHandle> processes, String name) {
        try {
            Signals.send(name, processes);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a stopping server to end, and kills it if that takes too long. */
    private static void stopProcess(ProcessHandle process) {
        try {
            process.onExit().completeOnTimeout(process, 20, TimeUnit.SECONDS).get();
            if (process.isAlive()) {
                log.warn("PostgreSQL with pid {} does not stop and is stopped at once", process.pid());
                signal(process, "QUIT");
                process.onExit().get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot wait for PostgreSQL with pid " + process.pid(), e);
        }
    }
}
