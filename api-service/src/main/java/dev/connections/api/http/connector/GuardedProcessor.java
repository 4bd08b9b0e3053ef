package dev.connections.api.http.connector;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Adapter;
import org.apache.coyote.ErrorState;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Reads the requests of a connection. Counts their bodies, and closes the connection if a head or a body is not complete
 * in time; Tomcat itself limits only the time between two bytes.
 */
final class GuardedProcessor extends Http11Processor {
    private static final long NOT_BEGUN = -1;
    private static final int BODY_PER_HEAD = 6;
    private static final long CROWDED_IDLE_MS = 1000;

    private final GuardedProtocol protocol;
    private final CountedBody body;
    private final Adapter draining;

    GuardedProcessor(GuardedProtocol protocol, Adapter adapter) {
        super(protocol, adapter);
        this.protocol = protocol;
        Duration limit = Duration.ofMillis(protocol.getConnectionTimeout()).multipliedBy(BODY_PER_HEAD);
        this.body = new CountedBody(request, request.getInputBuffer(), protocol.budget(), limit);
        this.draining = new DrainingAdapter(adapter, this::drain);
        request.setInputBuffer(body);
    }

    @Override
    public Adapter getAdapter() {
        return draining;
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
        SocketState state;
        try {
            state = super.service(socket);
        } finally {
            body.release();
        }
        boolean waits = state == SocketState.OPEN || state == SocketState.LONG;
        if (waits && !isAsync()) {
            return request.getStartTimeNanos() == NOT_BEGUN ? idle(socket, state) : headIn(socket);
        }
        return state;
    }

    /** When connections run short, idle ones close soon, so that callers that keep theirs cannot lock out the others. */
    private SocketState idle(SocketWrapperBase<?> socket, SocketState state) {
        if (protocol.getConnectionCount() > protocol.getMaxConnections() / 4 * 3L) {
            socket.setReadTimeout(CROWDED_IDLE_MS);
        }
        return state;
    }

    /** The first bytes of a head, perhaps only empty lines, have arrived; the rest may take what is left of the limit. */
    private SocketState headIn(SocketWrapperBase<?> socket) {
        long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.getStartTimeNanos());
        long left = protocol.getConnectionTimeout() - passed;
        if (left <= 0) {
            return SocketState.CLOSED;
        }
        socket.setReadTimeout(left);
        return SocketState.LONG;
    }

    /**
     * Reads what the caller still sends after it was answered; otherwise it could miss the answer. Tomcat alone would do
     * so for as long as a byte arrives now and then.
     */
    private void drain() {
        if (isAsync() || getErrorState().isError() || request.hasExpectation()) {
            return;
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(protocol.getConnectionTimeout());
        long most = protocol.getMaxSwallowSize();
        try {
            while (!isRequestBodyFullyRead()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0 || most <= 0) {
                    cut(ErrorState.CLOSE_CLEAN);
                    return;
                }
                getSocketWrapper().setReadTimeout(left);
                int skipped = body.skip();
                if (skipped < 0) {
                    return;
                }
                most -= skipped;
            }
        } catch (IOException e) {
            cut(ErrorState.CLOSE_CONNECTION_NOW);
        }
    }

    private void cut(ErrorState state) {
        disableSwallowRequest();
        setErrorState(state, null);
    }
}
