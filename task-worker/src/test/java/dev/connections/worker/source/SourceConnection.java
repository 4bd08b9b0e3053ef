package dev.connections.worker.source;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.CatalogFixture;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** A connection as a user configured it, and its catalog. */
public final class SourceConnection extends CatalogFixture {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ObjectNode configuration;

    public SourceConnection(Technology technology, Function<SourceDialer, Source> source, ObjectNode configuration) {
        this(technology, source, new NetworkProperties(true, PATIENCE), configuration);
    }

    private SourceConnection(
            Technology technology,
            Function<SourceDialer, Source> source,
            NetworkProperties network,
            ObjectNode configuration) {
        super(technology, sources(source, network), "source-" + NUMBER.incrementAndGet());
        this.configuration = configuration;
    }

    /** Knows the technology of the server. */
    public SourceConnection(SourceServer server, ObjectNode configuration) {
        this(server.technology(), server::source, server.network(true, PATIENCE, server.port()), configuration);
    }

    @Override
    protected ObjectNode configuration() {
        return configuration;
    }
}
