package dev.connections.worker.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;

/** A socket that dials nothing but addresses that the guard has just checked, and no proxy; what it brings is checked too. */
final class GuardedSocket extends Socket {
    private final Dial dial;
    private final AnswerCheck check;

    GuardedSocket(Dial dial, AnswerCheck check) {
        super(Proxy.NO_PROXY);
        this.dial = dial;
        this.check = check;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return new CheckedInput(super.getInputStream(), check);
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new CheckedOutput(super.getOutputStream(), check);
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        try {
            SocketAddress permitted = dial.permitted(endpoint, this);
            dial.connecting(endpoint);
            super.connect(permitted, timeout);
            dial.reached();
        } catch (IOException e) {
            IOException thrown = NotReachedException.of(endpoint, e);
            if (thrown instanceof NotReachedException notReached) {
                dial.notReached(notReached.error());
            }
            throw thrown;
        }
    }

    @Override
    public void close() throws IOException {
        dial.forget(this);
        super.close();
    }
}
