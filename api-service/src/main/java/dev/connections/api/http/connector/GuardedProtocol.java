package dev.connections.api.http.connector;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/** HTTP/1.1 with guarded requests; Tomcat instantiates it by class name. */
public final class GuardedProtocol extends Http11NioProtocol {
    private final BodyBudget budget = BodyBudget.ofHeap(Runtime.getRuntime().maxMemory());

    @Override
    protected Processor createProcessor() {
        return new GuardedProcessor(this, getAdapter());
    }

    BodyBudget budget() {
        return budget;
    }
}
