package dev.connections.worker.platform;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.Execution;
import dev.connections.worker.execution.RunFailedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLSocket;

/** A TCP connection to a PostgreSQL server before any login: what a validation looks at step by step. */
public final class PlatformReach implements AutoCloseable {
    private static final int SSL_REQUEST = 80_877_103;

    private final Dial dial;
    private final PlatformHost host;
    private final Socket socket;
    private final Duration limit;
    private final Execution execution;

    private PlatformReach(Dial dial, PlatformHost host, Socket socket, Duration limit, Execution execution) {
        this.dial = dial;
        this.host = host;
        this.socket = socket;
        this.limit = limit;
        this.execution = execution;
    }

    static PlatformReach connect(Dial dial, PlatformHost host, Duration limit, Execution execution) throws IOException {
        Socket socket = dial.newSocket();
        socket.connect(InetSocketAddress.createUnresolved(host.name(), host.port()));
        return new PlatformReach(dial, host, socket, limit, execution);
    }

    /**
     * Asks the server for TLS and shakes hands.
     *
     * @return the protocol version agreed on; empty where the server offers no TLS and the mode goes on without
     * @throws RunFailedException whose error says why no TLS session came about
     * @throws CancellationException where the execution was stopped meanwhile
     */
    public Optional<String> negotiateTls(TlsMode mode) {
        return PlatformConnector.dialled(execution, null, () -> dial.within(limit, execution, () -> negotiate(mode)));
    }

    private Optional<String> negotiate(TlsMode mode) throws IOException {
        PlatformTls tls = dial.tls();
        socket.getOutputStream()
                .write(ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
        int answer = socket.getInputStream().read();
        return switch (answer) {
            case 'S' -> Optional.of(handshake(tls));
            case 'N' -> withoutTls(mode);
            case -1 -> throw new EOFException("no answer to the request for TLS");
            default ->
                throw new RunFailedException(
                        new TaskError(
                                ErrorCode.REMOTE_ERROR, "the host does not answer as a PostgreSQL server does", true),
                        null);
        };
    }

    private String handshake(PlatformTls tls) throws IOException {
        SSLSocket encrypted = tls.over(socket, host.name(), host.port());
        encrypted.startHandshake();
        return encrypted.getSession().getProtocol();
    }

    private static Optional<String> withoutTls(TlsMode mode) {
        return switch (mode) {
            case DISABLE, PREFER -> Optional.empty();
            case REQUIRE, VERIFY_CA, VERIFY_FULL ->
                throw new RunFailedException(
                        ErrorCode.TLS_FAILED, "the server does not offer TLS, which the connection requires", null);
        };
    }

    @Override
    public void close() {
        dial.close();
    }
}
