package dev.connections.worker.source.mysql;

import dev.connections.connection.Technology;
import dev.connections.worker.crawl.CatalogFixture;
import dev.connections.worker.source.NetworkProperties;
import dev.connections.worker.source.Source;
import dev.connections.worker.source.SourceDialer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import tools.jackson.databind.node.ObjectNode;

/** A connection to a server of MySQL's protocol, as a user configured it. */
final class MysqlConnection extends CatalogFixture {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final NetworkProperties NETWORK = new NetworkProperties(true, Duration.ofSeconds(20));

    private final ObjectNode configuration;

    MysqlConnection(Technology technology, Function<SourceDialer, Source> source, ObjectNode configuration) {
        super(technology, sources(source, NETWORK), "mysql-" + NUMBER.incrementAndGet());
        this.configuration = configuration;
    }

    MysqlConnection(MysqlSourceServer server, ObjectNode configuration) {
        this(server.technology(), server::source, configuration);
    }

    @Override
    protected ObjectNode configuration() {
        return configuration;
    }
}
