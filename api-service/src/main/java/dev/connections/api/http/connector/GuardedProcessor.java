package dev.connections.api.http.connector;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Adapter;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * Reads the requests of a connection. Counts their bodies, and closes the connection if a head is not complete in time;
 * Tomcat itself limits only the time between two bytes of a head.
 */
final class GuardedProcessor extends Http11Processor {
    private static final long NOT_BEGUN = -1;

    private final AbstractHttp11Protocol<?> protocol;

    GuardedProcessor(AbstractHttp11Protocol<?> protocol, Adapter adapter) {
        super(protocol, adapter);
        this.protocol = protocol;
        request.setInputBuffer(new CountedBody(request, request.getInputBuffer()));
    }

    @Override
    public SocketState service(SocketWrapperBase<?> socket) throws IOException {
        SocketState state = super.service(socket);
        boolean waits = state == SocketState.OPEN || state == SocketState.LONG;
        return waits && !isAsync() && request.getStartTimeNanos() != NOT_BEGUN ? headIn(socket) : state;
    }

    /** The first bytes of a head have come, and be it empty lines; the others may take what is left of the limit. */
    private SocketState headIn(SocketWrapperBase<?> socket) {
        long passed = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - request.getStartTimeNanos());
        long left = protocol.getConnectionTimeout() - passed;
        if (left <= 0) {
            return SocketState.CLOSED;
        }
        socket.setReadTimeout(left);
        return SocketState.LONG;
    }
}
