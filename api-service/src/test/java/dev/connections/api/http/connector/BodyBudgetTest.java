package dev.connections.api.http.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connections.api.ApiProcess;
import dev.connections.api.RunningApi;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BodyBudgetTest {
    private static final int SENDERS = 400;
    private static final int LENGTH = 1024 * 1024;
    private static final int LIMIT_MS = 60_000;

    private final RunningApi api = RunningApi.get();

    @Test
    void aBudgetGivesWhatItHas() {
        BodyBudget budget = new BodyBudget(10);
        assertThat(budget.take(7)).isTrue();
        assertThat(budget.take(4)).isFalse();
        assertThat(budget.take(3)).isTrue();
        budget.give(10);
        assertThat(budget.take(10)).isTrue();
    }

    /** Each sender has a token, sends all of a large body but the last byte, and waits. */
    @Test
    void bodiesThatAreHeldBackDoNotFillASmallHeap() throws IOException {
        List<Socket> senders = new ArrayList<>();
        try (ApiProcess small = ApiProcess.start(api, "256m")) {
            for (int i = 0; i < SENDERS; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), small.port());
                senders.add(socket);
                socket.setSoTimeout(LIMIT_MS);
                send(socket, LENGTH, LENGTH - 1);
            }
            try (Socket other = new Socket(InetAddress.getLoopbackAddress(), small.port())) {
                other.setSoTimeout(LIMIT_MS);
                send(other, 2, 2);
                assertThat(statusLine(other)).startsWith("HTTP/1.1 400");
            }
            assertThat(small.liveness()).startsWith("HTTP/1.1 200");
            assertThat(isOneRefused(senders)).isTrue();
            assertThat(small.log()).doesNotContain("OutOfMemoryError", " ERROR ");
        } finally {
            for (Socket sender : senders) {
                sender.close();
            }
        }
    }

    private static boolean isOneRefused(List<Socket> senders) throws IOException {
        for (Socket sender : senders.reversed()) {
            if (statusLine(sender).startsWith("HTTP/1.1 503")) {
                return true;
            }
        }
        return false;
    }

    private void send(Socket socket, int length, int sent) throws IOException {
        socket.getOutputStream()
                .write(("POST /api/connections HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                + "Authorization: Bearer " + api.everything() + "\r\nContent-Length: " + length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(("{}" + " ".repeat(sent - 2)).getBytes(StandardCharsets.US_ASCII));
    }

    /** Empty if the server has closed the connection without an answer. */
    private static String statusLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        try {
            for (int next = socket.getInputStream().read();
                    next >= 0 && next != '\r';
                    next = socket.getInputStream().read()) {
                line.append((char) next);
            }
        } catch (SocketException e) {
            return "";
        }
        return line.toString();
    }
}
