package dev.connections.api.http.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DrainedEndpointTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int CLIENTS = 20;

    @TempDir
    private Path folder;

    private final Tomcat tomcat = new Tomcat();
    private final GuardedProtocol protocol = new GuardedProtocol();
    private int port;

    @BeforeEach
    void start() throws Exception {
        Connector connector = new Connector(protocol);
        connector.setPort(0);
        connector.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
        tomcat.setBaseDir(folder.toString());
        tomcat.setConnector(connector);
        tomcat.addContext("", null)
                .addServletContainerInitializer(
                        (classes, context) ->
                                context.addServlet("greeting", new Greeting()).addMapping("/"),
                        null);
        tomcat.start();
        port = connector.getLocalPort();
    }

    @AfterEach
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void whoIsConnectedWhenThePortClosesIsServedAndOthersAreRefused() throws Exception {
        List<Socket> connected = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            // Connected by the operating system, and perhaps not accepted yet.
            connected.add(connect());
        }

        protocol.closePort(LIMIT);
        protocol.closeServerSocketGraceful();

        assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
        for (Socket client : connected) {
            assertThat(ask(client)).startsWith("HTTP/1.1 200");
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), port);
    }

    private String ask(Socket client) throws IOException {
        try (client) {
            client.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(client.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static final class Greeting extends HttpServlet {
        private static final long serialVersionUID = 1L;

        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            response.getOutputStream().print("hello");
        }
    }
}
