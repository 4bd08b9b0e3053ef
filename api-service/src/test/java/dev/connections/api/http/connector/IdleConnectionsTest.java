package dev.connections.api.http.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.ApiProcess;
import dev.connections.api.RunningApi;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class IdleConnectionsTest {
    private static final int MANY = 13_500;
    private static final int REFUSED = 20;
    private static final int CONNECT_LIMIT_MS = 200;
    private static final int PAUSE_MS = 50;
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static ConfigurableApplicationContext hasty;

    @BeforeAll
    static void start() {
        hasty = start("--server.tomcat.connection-timeout=1s");
    }

    private static ConfigurableApplicationContext start(String argument) {
        RunningApi api = RunningApi.get();
        return api.startAnother(
                "--connections.secrets.keyset=" + api.keyset(),
                "--spring.security.oauth2.resourceserver.jwt.public-key-location=file:"
                        + api.tokens().publicKeyFile(),
                argument);
    }

    @AfterAll
    static void stop() {
        hasty.close();
    }

    @Test
    void byDefaultTheMostConnectionsFollowTheHeap() {
        assertThat(ConnectionLimit.ofHeap(256L << 20)).isEqualTo(1024);
        assertThat(ConnectionLimit.ofHeap(1L << 20)).isEqualTo(100);
        assertThat(ConnectionLimit.ofHeap(1L << 40)).isEqualTo(20_000);
        assertThat(hasty.getBean(ConnectionLimit.class).value())
                .isEqualTo(ConnectionLimit.ofHeap(Runtime.getRuntime().maxMemory()));
        StandardEnvironment configured = new StandardEnvironment();
        configured
                .getPropertySources()
                .addFirst(new MapPropertySource("configured", Map.of("server.tomcat.max-connections", "7")));
        assertThat(new ConnectionLimit(configured).value()).isEqualTo(7);
    }

    /** Each text is sent byte by byte, again and again, with pauses shorter than the limit. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", "\r\n", "GET /actuator/health HTTP/1.1\r\nHost: localhost\r\nX-Slow: aaaaaaaaaaaaaaaaa"})
    void aHeadThatDoesNotComeInTimeEndsItsConnection(String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RunningApi.port(hasty))) {
            socket.setSoTimeout(text.isEmpty() ? (int) LIMIT.toMillis() : PAUSE_MS);
            long begin = System.nanoTime();
            int sent = 0;
            while (!isClosed(socket)) {
                assertThat(System.nanoTime() - begin).isLessThan(LIMIT.toNanos());
                // The end of the head never comes.
                char next = text.length() > 2 && sent >= text.length() ? 'a' : text.charAt(sent % text.length());
                sent += write(socket.getOutputStream(), next);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "valid"})
    void aBodyThatDoesNotComeInTimeEndsItsConnection(String token) throws IOException {
        String authorization = token.isEmpty()
                ? ""
                : "Authorization: Bearer " + RunningApi.get().everything() + "\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RunningApi.port(hasty))) {
            socket.setSoTimeout(PAUSE_MS);
            socket.getOutputStream()
                    .write(("POST /api/connections HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                    + authorization + "Content-Length: 100000\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            long begin = System.nanoTime();
            while (!isClosed(socket, answer)) {
                assertThat(System.nanoTime() - begin).isLessThan(LIMIT.toNanos());
                write(socket.getOutputStream(), ' ');
            }
            assertThat(answer).startsWith(token.isEmpty() ? "HTTP/1.1 401" : "HTTP/1.1 408");
        }
    }

    @Test
    void aHeadInPiecesIsReadIfItComesInTime() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), RunningApi.port(hasty))) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) LIMIT.toMillis());
            for (int requests = 0; requests < 3; requests++) {
                for (byte b : "\r\nHEAD /actuator/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII)) {
                    socket.getOutputStream().write(b);
                }
                assertThat(head(socket)).startsWith("HTTP/1.1 200");
            }
        }
    }

    @Test
    void callersThatKeepTheirConnectionsDoNotLockOutOthers() throws IOException {
        List<Socket> kept = new ArrayList<>();
        try (ConfigurableApplicationContext narrow = start("--server.tomcat.max-connections=8")) {
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), RunningApi.port(narrow));
                kept.add(socket);
                // Less than the time for which an idle connection is kept where there is room.
                socket.setSoTimeout((int) LIMIT.toMillis());
                socket.getOutputStream()
                        .write("HEAD /actuator/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                assertThat(head(socket)).startsWith("HTTP/1.1 200");
            }
        } finally {
            for (Socket socket : kept) {
                socket.close();
            }
        }
    }

    @Test
    void thousandsOfIdleConnectionsDoNotFillASmallHeap() throws IOException {
        RunningApi api = RunningApi.get();
        List<Socket> idle = new ArrayList<>();
        try (ApiProcess small = ApiProcess.start(api, "256m")) {
            try {
                int refused = 0;
                while (idle.size() < MANY && refused < REFUSED) {
                    refused = connects(small.port(), idle) ? 0 : refused + 1;
                }
                assertThat(small.isAlive()).as(small.log()).isTrue();
                assertThat(small.liveness()).startsWith("HTTP/1.1 200");
            } finally {
                for (Socket socket : idle) {
                    socket.close();
                }
            }
            assertThat(small.liveness()).startsWith("HTTP/1.1 200");
            assertThat(small.log()).doesNotContain("OutOfMemoryError", " ERROR ");
        }
    }

    /** Whether one more connects; the system does not answer where the server takes no more of them. */
    private static boolean connects(int port, List<Socket> idle) throws IOException {
        Socket socket = new Socket();
        idle.add(socket);
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_LIMIT_MS);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = socket.getInputStream().read();
            assertThat(next).as("the connection ends after %s", head).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        return isClosed(socket, new StringBuilder());
    }

    /** Adds what has come to the answer; waits for a moment where nothing has. */
    private static boolean isClosed(Socket socket, StringBuilder answer) throws IOException {
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0;
                    next = socket.getInputStream().read()) {
                answer.append((char) next);
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static int write(OutputStream out, char next) {
        try {
            out.write(next);
        } catch (IOException e) {
            // The server has closed the connection, as the next read shows.
        }
        return 1;
    }
}
