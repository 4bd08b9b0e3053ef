package dev.connections.api.http.connector;

import java.time.Duration;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/** HTTP/1.1 with guarded requests; Tomcat instantiates it by class name. */
public final class GuardedProtocol extends Http11NioProtocol {
    private final BodyBudget budget = BodyBudget.ofHeap(Runtime.getRuntime().maxMemory());
    private final DrainedEndpoint endpoint;

    /** Listens to nothing yet. */
    public GuardedProtocol() {
        this(new DrainedEndpoint());
    }

    private GuardedProtocol(DrainedEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /**
     * Closes the port so that whoever has connected before is served; existing connections stay. Where that does not
     * succeed within the limit, the port is left as it is.
     */
    public void closePort(Duration limit) throws InterruptedException {
        endpoint.closePort(limit);
    }

    /** How many connections are open; Tomcat's own count ends when the port is closed. */
    public int openConnections() {
        return endpoint.getConnections().size();
    }

    @Override
    protected Processor createProcessor() {
        return new GuardedProcessor(this, getAdapter());
    }

    BodyBudget budget() {
        return budget;
    }
}
