package dev.connections.worker.source.oracle;

import dev.connections.task.ErrorCode;
import dev.connections.task.TaskError;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.Dial;
import dev.connections.worker.source.SourceLimitException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/** Carries bytes between the driver and a server until one of them goes or the dial is closed. */
final class OracleTunnel {
    private static final int BUFFER = 16 * 1024;
    /** The first byte of a TLS handshake; a packet of Oracle's begins with its length, which is never that long. */
    private static final byte HANDSHAKE = 22;

    private final Dial dial;
    private final Socket client;
    private final Socket server;
    private final boolean encrypted;

    OracleTunnel(Dial dial, Socket client, Socket server, boolean encrypted) {
        this.dial = dial;
        this.client = client;
        this.server = server;
        this.encrypted = encrypted;
    }

    /** Returns when the driver has gone. */
    void run() {
        Thread.ofPlatform().daemon().name("oracle-from-server").start(this::carryBack);
        try (server) {
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            byte[] bytes = new byte[BUFFER];
            boolean begun = false;
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                if (!begun && (bytes[0] == HANDSHAKE) != encrypted) {
                    dial.broke(new IOException("another protocol", new RunFailedException(otherProtocol(), null)));
                    break;
                }
                begun = true;
                out.write(bytes, 0, read);
            }
        } catch (IOException e) {
            // One side is gone, and the other learns of it.
        } finally {
            close(client);
        }
    }

    private void carryBack() {
        try {
            server.getInputStream().transferTo(client.getOutputStream());
            // The driver reads to the end what has come, and then goes by itself.
            client.shutdownOutput();
        } catch (IOException e) {
            if (e instanceof SourceLimitException || e.getCause() instanceof RunFailedException) {
                dial.broke(e);
            }
            close(client);
            close(server);
        }
    }

    /** The driver itself refuses to go on without TLS where it has begun with it. */
    private TaskError otherProtocol() {
        return TaskError.of(ErrorCode.TLS_FAILED, encrypted ? OracleFailures.WITHOUT_TLS : OracleFailures.WITH_TLS);
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is gone, which is what was asked for.
        }
    }
}
