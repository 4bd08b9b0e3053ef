package dev.connections.api.http.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.connections.api.ApiProcess;
import dev.connections.api.RunningApi;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.web.filter.FormContentFilter;
import org.springframework.web.filter.HiddenHttpMethodFilter;
import org.springframework.web.multipart.MultipartResolver;

/** What an unknown caller sends is not read, whatever it says that it is. */
class BodiesBeforeTheLoginTest {
    private static final int MEGABYTE = 1024 * 1024;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> TYPES = List.of(
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json",
            "text/plain",
            "application/octet-stream",
            "*/*");

    private final RunningApi api = RunningApi.get();

    static Stream<String> heads() {
        return Stream.of("DELETE", "POST", "PATCH", "PUT", "GET")
                .flatMap(method ->
                        TYPES.stream().map(type -> method + " /api/connections/k HTTP/1.1\r\nContent-Type: " + type));
    }

    @ParameterizedTest
    @MethodSource("heads")
    void theAnswerComesBeforeTheBody(String head) throws IOException {
        for (String length : List.of("Transfer-Encoding: chunked", "Content-Length: 1000")) {
            try (Socket socket = connect(api.port())) {
                // Of the body there is never more than its first byte.
                send(socket, head + "\r\nHost: localhost\r\n" + length + "\r\n\r\n");
                socket.getOutputStream().write(length.startsWith("T") ? new byte[] {'1'} : new byte[] {'a'});
                assertThat(statusLine(socket)).as(head).startsWith("HTTP/1.1 401");
            }
        }
    }

    @Test
    void whoWaitsForAContinueSendsNoBodyBeforeTheLogin() throws IOException {
        try (Socket socket = connect(api.port())) {
            send(socket, """
                    POST /api/connections HTTP/1.1\r
                    Host: localhost\r
                    Content-Type: application/json\r
                    Content-Length: 100\r
                    Expect: 100-continue\r
                    \r
                    """);
            assertThat(statusLine(socket)).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void nothingParsesFormsOrParts() {
        for (Class<?> parser :
                List.of(FormContentFilter.class, HiddenHttpMethodFilter.class, MultipartResolver.class)) {
            assertThatThrownBy(() -> api.bean(parser)).isInstanceOf(NoSuchBeanDefinitionException.class);
        }
    }

    @Test
    void aFormIsNotTakenForParameters() {
        String path = api.newConnection();
        api.send(api.request("POST", path + "/deactivate", "limit=1&access_token=x")
                        .setHeader("Content-Type", "application/x-www-form-urlencoded"))
                .is(200);
    }

    @Test
    void largeFormsDoNotFillASmallHeap() throws IOException {
        List<String> refusals = new ArrayList<>();
        try (ApiProcess small = ApiProcess.start(api, "256m")) {
            List<CompletableFuture<String>> uploads = TYPES.stream()
                    .map(type -> inThread(() -> upload(small.port(), type, 120)))
                    .toList();
            uploads.forEach(upload ->
                    refusals.add(upload.orTimeout(120, TimeUnit.SECONDS).join()));
            assertThat(small.isAlive()).as(small.log()).isTrue();
            assertThat(small.liveness()).startsWith("HTTP/1.1 200");
            assertThat(small.log()).doesNotContain("OutOfMemoryError", " ERROR ");
        }
        assertThat(refusals).allSatisfy(refusal -> assertThat(refusal).startsWith("HTTP/1.1 401"));
    }

    /** Sends megabytes in chunks without a token, until the server has had enough; returns the status line. */
    private static String upload(int port, String type, int megabytes) {
        byte[] body = "a=".repeat(MEGABYTE / 2).getBytes(StandardCharsets.US_ASCII);
        byte[] size = (Integer.toHexString(MEGABYTE) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (Socket socket = connect(port)) {
            send(
                    socket,
                    "DELETE /api/connections/k HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + type
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            CompletableFuture<String> answer = inThread(() -> answer(socket));
            try {
                OutputStream out = socket.getOutputStream();
                for (int i = 0; i < megabytes; i++) {
                    out.write(size);
                    out.write(body);
                    out.write(new byte[] {'\r', '\n'});
                }
            } catch (SocketException e) {
                // The server reads no further.
            }
            return answer.join();
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static <T> CompletableFuture<T> inThread(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofVirtual().start(task));
    }

    private static String answer(Socket socket) {
        try {
            return statusLine(socket);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String statusLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = socket.getInputStream().read();
                b >= 0 && b != '\r';
                b = socket.getInputStream().read()) {
            line.append((char) b);
        }
        return line.toString();
    }
}
