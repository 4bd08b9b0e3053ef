package dev.connections.api;

import static org.awaitility.Awaitility.await;

import dev.connections.lab.ChildJvm;
import dev.connections.lab.Signals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The API as a process of its own with a small heap, on the database of the running one. */
public final class ApiProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    private final Path log;
    private final Process process;
    private final int port;

    private ApiProcess(Path log, Process process) {
        this.log = log;
        this.process = process;
        await().atMost(LIMIT)
                .until(() -> !process.isAlive() || PORT.matcher(log()).find());
        Matcher found = PORT.matcher(log());
        if (!found.find()) {
            throw new IllegalStateException("the API did not start: " + log());
        }
        this.port = Integer.parseInt(found.group(1));
    }

    /** Starts it; it ends when it is out of memory, as every documented start has it. */
    public static ApiProcess start(RunningApi api, String heap, String... arguments) throws IOException {
        Path log = Files.createTempFile("api", ".log");
        log.toFile().deleteOnExit();
        List<String> main = new ArrayList<>(List.of(
                ApiService.class.getName(),
                "--server.port=0",
                "--spring.datasource.url=" + api.postgres().jdbcUrl("connections"),
                "--spring.datasource.username=api",
                "--spring.datasource.password=api",
                "--spring.kafka.bootstrap-servers=127.0.0.1:9",
                "--logging.level.org.apache.kafka=off",
                "--connections.secrets.keyset=" + api.keyset(),
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:"
                        + api.tokens().publicKeyFile()));
        main.addAll(List.of(arguments));
        List<String> flags = List.of(
                "-Xmx" + heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED");
        return new ApiProcess(
                log, new ChildJvm(flags, System.getProperty("java.class.path"), main, Map.of(), log).start());
    }

    public int port() {
        return port;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has logged so far. */
    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Sends SIGTERM; returns whether the process has ended within the time. */
    public boolean terminate(Duration limit) throws InterruptedException {
        Signals.send("TERM", List.of(process.toHandle()));
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The status of its liveness, asked over a connection of its own. */
    public String liveness() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream()
                    .write("GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
