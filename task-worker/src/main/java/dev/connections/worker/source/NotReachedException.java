package dev.connections.worker.source;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;

/** No connection came about; it knows to where, which what the network throws does not. */
final class NotReachedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Unreached reason;
    private final String target;

    private NotReachedException(Unreached reason, String target, IOException cause) {
        super("not reached", cause);
        this.reason = reason;
        this.target = target;
    }

    /** What to throw for what a socket threw that was connecting: itself, unless the source was not reached. */
    static IOException of(SocketAddress endpoint, IOException thrown) {
        Unreached reason = thrown instanceof SocketTimeoutException ? Unreached.SILENT : Unreached.by(thrown);
        return reason == null ? thrown : new NotReachedException(reason, shown(endpoint), thrown);
    }

    /** Host and port as people write them. */
    static String shown(SocketAddress endpoint) {
        if (!(endpoint instanceof InetSocketAddress address)) {
            return endpoint.toString();
        }
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    SourceError error() {
        return reason.error(target);
    }
}
