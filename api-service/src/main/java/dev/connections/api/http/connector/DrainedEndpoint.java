package dev.connections.api.http.connector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * A port that can be closed without losing anybody. Tomcat by itself first stops accepting and then closes: a client that
 * the operating system has connected in between has its connection reset.
 */
final class DrainedEndpoint extends NioEndpoint {
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean closing;

    /**
     * Accepts who is connected already and closes the port at once after the last of them; existing connections stay.
     * Where that does not succeed within the limit, the port is left as it is.
     */
    void closePort(Duration limit) throws InterruptedException {
        closing = true;
        wake(limit);
        closed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Called by the one thread that accepts, in a loop, which goes on to serve what this returns. */
    @Override
    protected SocketChannel serverSocketAccept() throws Exception {
        if (closing && getServerSocket() instanceof ServerSocketChannel listener) {
            listener.configureBlocking(false);
            SocketChannel waiting = listener.accept();
            if (waiting != null) {
                waiting.configureBlocking(true);
                return waiting;
            }
            listener.close();
            closed.countDown();
            stopped.await();
            // Tomcat has stopped, and destroys what it is given now.
            return SocketChannel.open();
        }
        return super.serverSocketAccept();
    }

    /** Called once Tomcat has stopped accepting, to free the thread that does. */
    @Override
    protected void unlockAccept() {
        if (closed.getCount() == 0) {
            stopped.countDown();
        } else {
            super.unlockAccept();
        }
    }

    /** The thread that accepts is waiting for a client: this is one. */
    private void wake(Duration limit) {
        InetSocketAddress port = port();
        if (port != null) {
            try (Socket client = new Socket()) {
                client.connect(port, Math.toIntExact(limit.toMillis()));
            } catch (IOException e) {
                // The port is closed already, or so many wait that another client will wake it.
            }
        }
    }

    private @Nullable InetSocketAddress port() {
        try {
            InetSocketAddress bound = getLocalAddress();
            return bound != null && bound.getAddress().isAnyLocalAddress()
                    ? new InetSocketAddress(InetAddress.getLoopbackAddress(), bound.getPort())
                    : bound;
        } catch (IOException e) {
            return null;
        }
    }
}
