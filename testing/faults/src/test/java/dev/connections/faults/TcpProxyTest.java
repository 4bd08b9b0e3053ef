package dev.connections.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {
    private ServerSocket server;
    private TcpProxy proxy;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = new TcpProxy(server.getLocalPort(), Duration.ZERO);
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    @Test
    void itForwardsBothWaysAndPassesTheEndOn() throws IOException {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            client.getOutputStream().write(7);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
            accepted.getOutputStream().write(8);
            assertThat(client.getInputStream().read()).isEqualTo(8);
            accepted.shutdownOutput();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void silentItKeepsWhatIsSentUntilItIsOpenAgain() throws IOException {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            proxy.become(TcpProxy.State.SILENT);
            client.getOutputStream().write(7);
            accepted.setSoTimeout(200);
            assertThatThrownBy(() -> accepted.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            proxy.become(TcpProxy.State.OPEN);
            accepted.setSoTimeout(0);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void refusingItResetsEveryClientAndServesAgainAfterwards() throws IOException {
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            proxy.become(TcpProxy.State.REFUSING);
            assertThat(isOver(client)).isTrue();
            assertThat(isOver(accepted)).isTrue();
            try (Socket another = connect()) {
                assertThat(isOver(another)).isTrue();
            }
            proxy.become(TcpProxy.State.OPEN);
        }
        try (Socket client = connect();
                Socket accepted = server.accept()) {
            client.getOutputStream().write(7);
            assertThat(accepted.getInputStream().read()).isEqualTo(7);
        }
    }

    /** Whether the other end is gone, with a reset or in good order; waits for either. */
    private static boolean isOver(Socket socket) throws IOException {
        socket.setSoTimeout(10_000);
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private Socket connect() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    }
}
