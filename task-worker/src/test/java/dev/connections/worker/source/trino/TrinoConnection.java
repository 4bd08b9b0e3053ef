package dev.connections.worker.source.trino;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.NetworkProperties;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/** A connection to a cluster, and its catalog. */
final class TrinoConnection extends CatalogFixture {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final ObjectNode configuration;

    TrinoConnection(ObjectNode configuration) {
        super(
                Technology.TRINO,
                CatalogFixture.sources(TrinoSource::new, new NetworkProperties(true, Duration.ofSeconds(20))),
                "trino" + NUMBER.incrementAndGet());
        this.configuration = configuration;
    }

    @Override
    protected ObjectNode configuration() {
        return configuration;
    }
}
