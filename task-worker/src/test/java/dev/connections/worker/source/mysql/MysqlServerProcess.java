package dev.connections.worker.source.mysql;

import dev.connections.embedded.FreePort;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real MySQL 8.0 for Linux on amd64, out of a jar that Presto's tests use; it needs libaio. */
final class MysqlServerProcess {
    private static final String ARCHIVE = "/mysql-Linux-amd64.tar.gz";

    private static final List<String> LIBRARIES =
            List.of("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib");

    private final Path folder;
    private final int port = FreePort.find();
    private final Process process;

    private MysqlServerProcess(Path folder) throws IOException, InterruptedException {
        this.folder = folder;
        unpack();
        List<String> initialize = command("--initialize-insecure");
        if (start(initialize).waitFor() != 0) {
            throw new IllegalStateException(
                    "MySQL cannot be set up (it needs libaio; Debian: apt-get install libaio1): " + log());
        }
        this.process = start(command(
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=server.sock",
                "--mysqlx=OFF",
                "--skip-log-bin",
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-buffer-pool-size=32M",
                "--performance-schema=ON"));
    }

    /** Whether it runs on this machine: on Linux on amd64, where the distribution has libaio under its old name. */
    static boolean isRunnable() {
        return System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").equals("amd64")
                && LIBRARIES.stream().anyMatch(folder -> Files.exists(Path.of(folder, "libaio.so.1")));
    }

    /** Starts one that ends with this JVM. */
    static MysqlServerProcess start() {
        try {
            MysqlServerProcess server = new MysqlServerProcess(Files.createTempDirectory("mysql-"));
            Runtime.getRuntime().addShutdownHook(new Thread(server::end));
            Awaitility.await().atMost(java.time.Duration.ofMinutes(1)).until(server::answers);
            return server;
        } catch (IOException e) {
            throw new IllegalStateException("MySQL cannot be started", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return port;
    }

    /** The certificate of the authority that the server has made for itself. */
    String authority() {
        try {
            return Files.readString(folder.resolve("data/ca.pem"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/?user=root&sslMode=trust");
    }

    private void unpack() throws IOException, InterruptedException {
        try (InputStream archive = MysqlServerProcess.class.getResourceAsStream(ARCHIVE)) {
            if (archive == null) {
                throw new IllegalStateException("there is no MySQL for this machine on the class path");
            }
            Process tar = new ProcessBuilder("tar", "xz", "-C", folder.toString()).start();
            archive.transferTo(tar.getOutputStream());
            tar.getOutputStream().close();
            if (tar.waitFor() != 0) {
                throw new IllegalStateException("MySQL cannot be unpacked");
            }
        }
    }

    private List<String> command(String... options) {
        List<String> command = new ArrayList<>(List.of(
                folder.resolve("bin/mysqld").toString(),
                "--no-defaults",
                "--basedir=" + folder,
                "--datadir=" + folder.resolve("data")));
        command.addAll(List.of(options));
        if (System.getProperty("user.name").equals("root")) {
            command.add("--user=root");
        }
        return command;
    }

    private Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("MySQL ended: " + log());
        }
        try (Connection connection = connect()) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private void end() {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
