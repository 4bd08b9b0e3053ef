package dev.connections.worker.source.sqlserver;

import dev.connections.task.ErrorCode;
import dev.connections.worker.execution.RunFailedException;
import dev.connections.worker.source.TlsFinding;
import java.io.ByteArrayInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a server over which the dial's TLS lies before the driver sends anything. The driver's own TLS would be
 * out of the reach of the checks of what comes out of it, and takes no certificates but those of a file. So the prelogin
 * is done here, and the driver's is answered in the server's place: there is no TLS, it says.
 */
final class TdsSocket extends LayeredSocket {
    private final SSLSocketFactory encryption;
    private final SqlServerSockets.Attempt attempt;
    private @Nullable SSLSocket encrypted;
    private byte[] answer = {};

    TdsSocket(Socket under, SSLSocketFactory encryption, SqlServerSockets.Attempt attempt) throws SocketException {
        super(under);
        this.encryption = encryption;
        this.attempt = attempt;
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        try {
            super.connect(endpoint, timeout);
            setSoTimeout(timeout);
            encrypt((InetSocketAddress) endpoint);
        } catch (IOException e) {
            attempt.fail(e);
            throw e;
        } catch (RunFailedException e) {
            // On a thread of the driver only exceptions of the network are expected.
            IOException failed = new IOException("refused", e);
            attempt.fail(failed);
            throw failed;
        }
    }

    /** The name is that of the configured host, or of the one that the server before it has named. */
    private void encrypt(InetSocketAddress endpoint) throws IOException {
        Prelogin prelogin = Prelogin.ask(under());
        if (!prelogin.encrypts()) {
            throw new RunFailedException(ErrorCode.TLS_FAILED, TlsFinding.NOT_OFFERED, null);
        }
        HandshakeSocket handshake = new HandshakeSocket(under());
        SSLSocket over =
                (SSLSocket) encryption.createSocket(handshake, endpoint.getHostString(), endpoint.getPort(), true);
        HandshakeSocket.shake(over);
        handshake.end();
        answer = prelogin.withoutTls();
        encrypted = over;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        SSLSocket over = encrypted;
        return over == null
                ? super.getInputStream()
                : new SequenceInputStream(new ByteArrayInputStream(answer), over.getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        SSLSocket over = encrypted;
        return over == null ? super.getOutputStream() : new WithoutPrelogin(over.getOutputStream());
    }

    @Override
    public void close() throws IOException {
        SSLSocket over = encrypted;
        try (Socket below = under()) {
            if (over != null && !below.isClosed()) {
                over.close();
            }
        }
    }

    /** Passes over the driver's prelogin, which it writes at once. */
    private static final class WithoutPrelogin extends FilterOutputStream {
        private boolean passedOver;

        WithoutPrelogin(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (passedOver) {
                out.write(bytes, from, count);
                return;
            }
            TdsPacket packet = count < TdsPacket.HEADER
                    ? null
                    : TdsPacket.of(ByteBuffer.wrap(bytes, from, count).slice());
            if (packet == null || packet.type() != TdsPacket.PRELOGIN || packet.length() != count) {
                throw new ProtocolException("the driver begins with something else than a prelogin");
            }
            passedOver = true;
        }
    }
}
