package dev.connections.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShutdownLimitTest {
    private static final int REQUESTS = 30;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** As long as orchestrators wait by default. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final RunningApi api = RunningApi.get();

    @Test
    void aStarvedProcessEndsAfterSigterm() throws Exception {
        String path = api.newConnection();
        List<Socket> clients = new ArrayList<>();
        try (ApiProcess process = ApiProcess.start(api, "256m");
                Connection lock = api.session()) {
            lockOut(lock);
            for (int i = 0; i < REQUESTS; i++) {
                clients.add(request(process.port(), "GET " + path, ""));
                // Its body never comes.
                clients.add(request(process.port(), "POST /api/connections", "Content-Length: 100\r\n"));
            }
            await().atMost(LIMIT).until(() -> waiting() >= 5);
            assertThat(process.terminate(GRACE)).as(process.log()).isTrue();
            lock.rollback();
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    /** Nobody gets at the tables: no request, and no loop of the service. */
    private static void lockOut(Connection lock) throws SQLException {
        lock.setAutoCommit(false);
        try (Statement statement = lock.createStatement()) {
            statement.execute("lock table connection, task, task_run, command_outbox, status_outbox, worker"
                    + " in access exclusive mode");
        }
    }

    private int waiting() throws SQLException {
        try (Connection session = api.session();
                Statement statement = session.createStatement();
                var row = statement.executeQuery("select count(*) from pg_locks where not granted")) {
            row.next();
            return row.getInt(1);
        }
    }

    private Socket request(int port, String requestLine, String header) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream()
                .write((requestLine + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + api.everything()
                                + "\r\nContent-Type: application/json\r\n" + header + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
