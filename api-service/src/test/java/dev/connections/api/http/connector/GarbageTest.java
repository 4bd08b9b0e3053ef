package dev.connections.api.http.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.RunningApi;
import dev.connections.loop.Loop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What is not HTTP is answered with 400 or not at all, and is no failure of the service. */
@ExtendWith(OutputCaptureExtension.class)
class GarbageTest {
    private static final int LIMIT_MS = (int) Duration.ofSeconds(30).toMillis();

    /** Before each entry of a log, whose first line begins with its time. */
    private static final Pattern ENTRIES = Pattern.compile("(?m)^(?=[0-9]{4}-[0-9]{2}-[0-9]{2}T)");

    /** The begin of a ClientHello of TLS 1.3. */
    private static final byte[] HELLO = HexFormat.of()
            .parseHex("16030100f8010000f40303" + "ab".repeat(32) + "20" + "cd".repeat(32) + "0026130213031301c02cc030");

    private final RunningApi api = RunningApi.get();

    static Stream<byte[]> garbage() {
        return Stream.of(
                HELLO,
                new byte[] {0, 0, 0, 0, '\r', '\n', '\r', '\n'},
                HexFormat.of().parseHex("ff".repeat(100) + "0d0a0d0a"),
                bytes("SSH-2.0-OpenSSH_9.6\r\n\r\n"),
                bytes("\u0016\u0003\u0001 /x HTTP/1.1\r\n\r\n"),
                bytes("GET\r\n\r\n"),
                bytes("GET /\r\n\r\n"),
                bytes("GET / HTTP/1.1\r\n\r\n"),
                bytes("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
                bytes("GET / HTTP/1.1\r\nHost: [\r\n\r\n"),
                bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                bytes("GET / HTTP/1.1\r\nHost: a\r\n\u0000: x\r\n\r\n"),
                bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"),
                bytes("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
                bytes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: nonsense\r\n\r\n"),
                bytes("POST /api/connections HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"),
                bytes("x".repeat(20_000) + "\r\n\r\n"),
                bytes("GET / HTTP/1.1\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("garbage")
    void garbageIsNoError(byte[] garbage, CapturedOutput log) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.setSoTimeout(LIMIT_MS);
            socket.getOutputStream().write(garbage);
            socket.shutdownOutput();
            // HTTP/0.9 has a body and nothing else.
            assertThat(answer(socket)).matches("(?s)((HTTP/1.1 [45][0-9]{2}(?<!500)|\\{).*)?");
        }
        // The log line of a request is written before its answer is complete. What loops in the background say is about
        // other things: on a starved machine, one loses its session and takes another.
        assertThat(ENTRIES.splitAsStream(log.getAll())
                        .filter(entry -> !entry.contains(" " + Loop.class.getName() + " ")))
                .noneMatch(entry -> entry.contains(" ERROR ") || entry.contains("\n\tat "));
    }

    private static String answer(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (java.net.SocketException e) {
            return ""; // The server has closed the connection before it has read all of it.
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
