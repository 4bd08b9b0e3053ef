package dev.connections.worker.source.pgwire;

import dev.connections.connection.ClientConfiguration.TlsMode;
import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.SourceHost;
import dev.connections.worker.source.TlsFinding;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The few bytes of PostgreSQL's protocol that ask for TLS. */
public final class WireTls {
    private WireTls() {}

    /**
     * Asks the server for TLS over a connected socket and shakes hands.
     *
     * @param stranger the error for an answer that is none of the technology's
     * @return the version of TLS; empty where the server offers none and the mode goes on without
     */
    public static Optional<String> negotiate(Socket socket, SourceHost host, Dial dial, TlsMode mode, String stranger)
            throws IOException {
        socket.getOutputStream()
                .write(ByteBuffer.allocate(8)
                        .putInt(8)
                        .putInt(WireAnswers.SSL_REQUEST)
                        .array());
        int answer = socket.getInputStream().read();
        return switch (answer) {
            case 'S' -> Optional.of(dial.handshake(socket, host));
            case 'N' -> TlsFinding.notOffered(mode);
            case -1 -> throw new EOFException("no answer to the request for TLS");
            default -> throw new RunFailedException(new TaskError(ErrorCode.REMOTE_ERROR, stranger, true), null);
        };
    }
}
