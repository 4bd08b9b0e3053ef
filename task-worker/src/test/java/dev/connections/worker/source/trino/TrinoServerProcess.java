package dev.connections.worker.source.trino;

import dev.connections.lab.ChildJvm;
import dev.connections.worker.source.ServerCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A real cluster of one node in a JVM of its own, which the tests of this folder share; it ends with this JVM. It needs Java
 * 25. Its catalogs are in memory.
 */
final class TrinoServerProcess {
    private static final Path CLASS_PATH = Path.of("../testing/trino/target/class-path");
    private static final Path MAIN =
            Path.of("../testing/trino/src/TrinoMain.java").toAbsolutePath();
    private static final int JAVA = 25;

    private final Path folder;
    private final String authority;
    private final Process process;

    private TrinoServerProcess(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
        this.folder = folder;
        this.authority = ServerCertificate.make(folder).pem();
        ChildJvm jvm = new ChildJvm(
                List.of(
                        "-Xmx512m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow"),
                Files.readString(CLASS_PATH).strip(),
                List.of(MAIN.toString(), folder.toString(), TrinoSourceServer.USER, TrinoSourceServer.SECRET),
                Map.of(),
                folder.resolve("log"));
        this.process = jvm.startIn(folder);
    }

    /** Whether it runs with this JVM's Java; the build has its jars where that is so. */
    static boolean isRunnable() {
        return Runtime.version().feature() >= JAVA && Files.exists(CLASS_PATH);
    }

    static TrinoSourceServer shared() {
        return Shared.SERVER;
    }

    private static final class Shared {
        static final TrinoSourceServer SERVER = start();

        private static TrinoSourceServer start() {
            try {
                TrinoServerProcess started = new TrinoServerProcess(Files.createTempDirectory("trino-"));
                Runtime.getRuntime().addShutdownHook(new Thread(started.process::destroyForcibly));
                Awaitility.await().atMost(Duration.ofMinutes(3)).until(started::isUp);
                return new TrinoSourceServer(
                        started.port("http"), started.port("https"), started.authority, started.folder.resolve("hold"));
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException("Trino cannot be started", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    private boolean isUp() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException("Trino ended: " + Files.readString(folder.resolve("log")));
        }
        return Files.exists(folder.resolve("up"));
    }

    private int port(String name) throws IOException {
        return Integer.parseInt(Files.readString(folder.resolve(name)));
    }
}
