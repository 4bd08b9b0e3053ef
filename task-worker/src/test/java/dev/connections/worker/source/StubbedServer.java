package dev.connections.worker.source;

import dev.connections.worker.source.NetworkProperties.Endpoints;
import java.time.Duration;
import java.util.List;

/** A stand-in for a source that answers over HTTPS. */
public abstract class StubbedServer implements SourceServer {
    @Override
    public final boolean isReal() {
        return false;
    }

    @Override
    public final NetworkProperties network(boolean allowPrivate, Duration connectTimeout, int port) {
        return new NetworkProperties(
                allowPrivate,
                connectTimeout,
                List.of(),
                StubCertificate.shared().authority(),
                endpoints("https://localhost:" + port));
    }

    /** The clouds of an operator for whom this one answers at an address. */
    protected Endpoints endpoints(String address) {
        return Endpoints.PUBLIC;
    }

    @Override
    public final boolean greets() {
        return false;
    }

    /** A record of TLS that is not there yet. */
    @Override
    public final String beginningOfAnswer() {
        return "\26\3\3\100\0";
    }

    @Override
    public final List<String> garbage() {
        return List.of("220 welcome\r\n");
    }

    @Override
    public boolean keepsIds() {
        return false;
    }
}
