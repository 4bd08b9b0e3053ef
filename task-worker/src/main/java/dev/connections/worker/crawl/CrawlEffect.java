package dev.connections.worker.crawl;

import dev.connections.worker.catalog.CatalogStaging;
import dev.connections.worker.execution.Effect;
import dev.connections.worker.health.ConnectionHealthStore;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The merge, and that the connection is in good health. */
record CrawlEffect(CatalogStaging staging, UUID connectionId) implements Effect {
    @Override
    public Object apply(JdbcClient jdbc) {
        Object result = staging.apply(jdbc);
        ConnectionHealthStore.crawled(jdbc, connectionId);
        return result;
    }

    @Override
    public DataSource session() {
        return staging.session();
    }

    @Override
    public void close() {
        staging.close();
    }
}
