package dev.connections.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A MariaDB server process on the loopback address, with its data in one folder. The server is the machine's own: Debian has
 * it in the packages mariadb-server-core and mariadb-client-core. What connects to it needs MariaDB's driver on the class path.
 */
public final class Mariadb implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Mariadb.class);
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final int STOP_LIMIT_S = 20;
    private static final List<String> FOLDERS =
            List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin");

    /** Where another server than the machine's was unpacked. */
    private static final String HOME = System.getProperty("servers.mariadb", "");

    private final Path data;
    private final boolean keep;
    private final int port;
    private final String password;
    private final Process process;

    private Mariadb(Path data, boolean keep, int port, String password, List<String> settings) {
        this.data = data;
        this.keep = keep;
        this.port = port;
        this.password = password;
        Folders.fill(data, () -> {
            if (!Files.exists(data.resolve("mysql"))) {
                install(data);
            }
        });
        this.process = start(settings);
        awaitReady();
    }

    /** Whether the machine has the server. */
    public static boolean isInstalled() {
        return find("mariadbd").isPresent() && find("mariadb-install-db").isPresent();
    }

    /**
     * Starts a server on a free port in a folder that is removed when it is closed. Its superuser {@code root} has no
     * password.
     *
     * @param settings options of the server, such as {@code --character-set-server=latin1}
     * @throws IllegalStateException which says what to install where the machine has no server
     */
    public static Mariadb startTemporary(String... settings) {
        try {
            List<String> all = new ArrayList<>(List.of("--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0"));
            all.addAll(List.of(settings));
            return new Mariadb(Files.createTempDirectory("mariadb-"), false, FreePort.find(), "", all);
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary folder for MariaDB", e);
        }
    }

    /**
     * Starts a server in the folder, which is filled when it is empty and kept afterwards. Nobody logs in without a password.
     *
     * @param port is asked for when no earlier server on the folder holds one
     * @param rootPassword letters and digits; the superuser's from now on
     */
    public static Mariadb startProtected(Path data, IntSupplier port, String rootPassword) {
        stopLeftOver(data);
        Path file = null;
        try {
            file = Files.writeString(Files.createTempFile("mariadb-", ".sql"), """
                    drop user if exists ''@localhost;
                    alter user root@localhost identified by '%s';
                    """.formatted(rootPassword));
            return new Mariadb(data, true, port.getAsInt(), rootPassword, List.of("--init-file=" + file));
        } catch (IOException e) {
            throw new UncheckedIOException("no temporary file for MariaDB", e);
        } finally {
            Folders.deleteIfMade(file);
        }
    }

    /** A killed parent leaves its server running on the folder. */
    private static void stopLeftOver(Path data) {
        Path file = data.resolve("server.pid");
        try {
            if (!Files.exists(file)) {
                return;
            }
            ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                    .filter(left -> left.info().command().orElse("").contains("mariadbd"))
                    .ifPresent(left -> {
                        log.info("stopping the MariaDB that an earlier process left behind, pid {}", left.pid());
                        end(left);
                    });
        } catch (IOException | NumberFormatException e) {
            throw new IllegalStateException("cannot read " + file + "; stop that server and remove the file", e);
        }
    }

    private static void install(Path data) {
        List<String> command = new ArrayList<>(List.of(
                executable("mariadb-install-db"),
                "--no-defaults",
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        command.addAll(installation());
        Path log = data.resolveSibling(data.getFileName() + ".log");
        try {
            Process installation = builder(command, log).start();
            if (installation.waitFor() != 0) {
                throw new IllegalStateException("MariaDB cannot be set up in " + data + ": " + Files.readString(log));
            }
            Files.delete(log);
        } catch (IOException e) {
            throw new UncheckedIOException("MariaDB cannot be set up in " + data, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while MariaDB is set up", e);
        }
    }

    private Process start(List<String> settings) {
        List<String> command = new ArrayList<>(List.of(
                executable("mariadbd"),
                "--no-defaults",
                "--datadir=" + data,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                // Relative to the data: paths of sockets are short.
                "--socket=server.sock",
                "--pid-file=server.pid",
                "--innodb-buffer-pool-size=32M"));
        command.addAll(installation());
        command.addAll(settings);
        try {
            return builder(command, data.resolve("server.log")).start();
        } catch (IOException e) {
            throw new UncheckedIOException("MariaDB does not start in " + data, e);
        }
    }

    private static ProcessBuilder builder(List<String> command, Path log) {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    }

    private void awaitReady() {
        long end = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    close();
                    throw new IllegalStateException(
                            "MariaDB did not start in " + data + "; its log says: " + logged(), e);
                }
                pause();
            }
        }
    }

    private void pause() {
        try {
            boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
            if (ended) {
                throw new IllegalStateException("MariaDB ended in " + data + "; its log says: " + logged());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while MariaDB starts", e);
        }
    }

    private String logged() {
        try {
            return Files.readString(data.resolve("server.log"));
        } catch (IOException e) {
            return "nothing that could be read";
        }
    }

    /** Opens a connection as superuser. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/?sslMode=disable", "root", password);
    }

    /** Runs statements as superuser, one after the other. */
    public void execute(String... statements) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("a statement failed: " + e.getMessage(), e);
        }
    }

    /** Whether the database has no table. */
    public boolean isEmpty(String database) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select 1 from information_schema.tables where table_schema = '" + database + "' limit 1")) {
            return !row.next();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot look into " + database, e);
        }
    }

    /** The TCP port on the loopback address. */
    public int port() {
        return port;
    }

    /** Stops the server and, where it was a temporary one, removes its data. */
    @Override
    public void close() {
        end(process.toHandle());
        if (!keep) {
            Folders.delete(data);
        }
    }

    private static void end(ProcessHandle server) {
        server.destroy();
        server.onExit()
                .completeOnTimeout(server, STOP_LIMIT_S, TimeUnit.SECONDS)
                .join();
        if (server.isAlive()) {
            log.warn("MariaDB with pid {} does not stop and is killed", server.pid());
            server.destroyForcibly();
            server.onExit().join();
        }
    }

    /** Where the server is, and that it may run as root where its starter does. */
    private static List<String> installation() {
        List<String> options = new ArrayList<>();
        if (!HOME.isEmpty()) {
            options.add("--basedir=" + HOME);
        }
        if (System.getProperty("user.name").equals("root")) {
            options.add("--user=root");
        }
        return options;
    }

    private static String executable(String name) {
        return find(name)
                .orElseThrow(() -> new IllegalStateException("MariaDB is not installed: there is no " + name
                        + " (Debian: apt-get install mariadb-server-core mariadb-client-core)"));
    }

    private static Optional<String> find(String name) {
        String path = System.getenv("PATH");
        Stream<String> folders = HOME.isEmpty()
                ? Stream.concat(path == null ? Stream.of() : Stream.of(path.split(":", -1)), FOLDERS.stream())
                : Stream.of(HOME + "/bin", HOME + "/sbin", HOME + "/scripts");
        return folders.filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }
}
