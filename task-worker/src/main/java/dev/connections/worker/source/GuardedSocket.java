package dev.connections.worker.source;

import java.io.IOException;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketAddress;

/** A socket that dials nothing but addresses that the guard has just checked, and no proxy. */
final class GuardedSocket extends Socket {
    private final Dial dial;

    GuardedSocket(Dial dial) {
        super(Proxy.NO_PROXY);
        this.dial = dial;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        super.connect(dial.permitted(endpoint, this), timeout);
    }

    @Override
    public void close() throws IOException {
        dial.forget(this);
        super.close();
    }
}
